package simulator

import "net/http"

// network is one simulated API.
type network struct {
	// name is its kind and the first part of its paths.
	name string
	// handler sees paths without "/name".
	handler http.Handler
	// practice is the account that is always there.
	practice AccountSpec
}

// allNetworks is the list of networks: one line each.
func (s *Server) allNetworks() []network {
	return []network{
		s.facebookNetwork(),
		s.xNetwork(),
		s.wordpressNetwork(),
	}
}
