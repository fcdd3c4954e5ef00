package simulator

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
)

// StandIn returns the account of a network that stands for whatever has the
// key, and adds it at need. It is the same for the same key in every server.
// false: there is no such network.
func (s *Server) StandIn(network, key, name string) (spec AccountSpec, ok bool, err error) {
	sum := sha256.Sum256([]byte(key))
	number, letters := binary.BigEndian.Uint64(sum[:8])%1e14, hex.EncodeToString(sum[8:14])
	spec = AccountSpec{Network: network, Name: name}
	switch network {
	case facebookName:
		spec.ID = fmt.Sprintf("1%014d", number)
		spec.Settings = map[string]string{"page_id": spec.ID}
		spec.Credentials = map[string]string{"page_access_token": "stand-in-" + letters}
	case xName:
		spec.ID = fmt.Sprintf("15001%014d", number)
		spec.Traits = map[string]string{"username": "ex_" + letters}
		spec.Credentials = map[string]string{ // #nosec G101 -- of a network that is not there
			"consumer_key": "stand-in-consumer", "consumer_secret": "stand-in-consumer-secret",
			"access_token": "stand-in-" + letters, "access_token_secret": "stand-in-secret-" + letters,
		}
	case wordpressName:
		spec.ID = "exercice-" + letters
		spec.Settings = map[string]string{"site_url": s.siteAddress(spec.ID)}
		spec.Credentials = map[string]string{"username": "communication", "application_password": "stand in " + letters}
	default:
		return AccountSpec{}, false, nil
	}
	if known, ok := s.accountSpec(network, spec.ID); ok {
		return known, true, nil
	}
	return spec, true, s.AddAccount(spec)
}

// Has reports whether there is a network of a name.
func (s *Server) Has(name string) bool {
	return slices.ContainsFunc(s.networks, func(n network) bool { return n.name == name })
}

// HasPost reports whether an account shows a post.
func (s *Server) HasPost(network, account, remoteID string) bool {
	_, ok := s.current(network, account, remoteID)
	return ok
}
