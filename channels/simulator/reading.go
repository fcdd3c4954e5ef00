package simulator

import "strings"

// Remove takes posts of an account away, as their author would. Those that are
// not there are gone already.
func (s *Server) Remove(network, account string, remoteIDs []string) error {
	a := s.accountState(accountKey{network, account})
	a.calls.Lock()
	defer a.calls.Unlock()
	var gone []Record
	for _, id := range remoteIDs {
		if _, ok := s.current(network, account, id); ok {
			gone = append(gone, Record{Network: network, Account: account, Operation: opDelete, RemoteID: id, Answered: true})
		}
	}
	return s.accept(gone)
}

// Picture returns a picture that a network holds by its checksum; nil: it is
// not there.
func (s *Server) Picture(sha256 string) ([]byte, error) {
	if !isChecksum(sha256) {
		return nil, nil
	}
	return s.media.open(sha256)
}

// AccountID is a network's own id of the account that a channel knows by
// another: sites are known by their address.
func (s *Server) AccountID(network, known string) string {
	spec, ok := s.findAccount(network, func(a AccountSpec) bool {
		return a.ID == known || a.Settings["site_url"] != "" && a.Settings["site_url"] == strings.TrimRight(known, "/")
	})
	if !ok {
		return known
	}
	return spec.ID
}
