package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// routeControl mounts the door for other processes:
//
//	GET    /_control/accounts            every account, with its credentials
//	POST   /_control/accounts            AccountSpec: adds or replaces
//	POST   /_control/faults              Fault: plans
//	DELETE /_control/faults              forgets the planned faults
//	GET    /_control/records             Record[]; ?network= and ?account= filter
//	GET    /_control/posts               Record[]: what citizens see now; same filters
//	DELETE /_control/everything          back to the practice accounts alone
func (s *Server) routeControl(mux *http.ServeMux) {
	mux.HandleFunc("GET /_control/accounts", func(w http.ResponseWriter, _ *http.Request) {
		jsonReply(http.StatusOK, emptyNotNull(s.accountsOf(""))).write(w)
	})
	mux.HandleFunc("POST /_control/accounts", func(w http.ResponseWriter, r *http.Request) {
		var spec AccountSpec
		if !readControl(w, r, &spec) {
			return
		}
		if err := s.AddAccount(spec); err != nil {
			refuseControl(w, err)
			return
		}
		jsonReply(http.StatusCreated, spec).write(w)
	})
	mux.HandleFunc("POST /_control/faults", func(w http.ResponseWriter, r *http.Request) {
		var fault Fault
		if !readControl(w, r, &fault) {
			return
		}
		if err := s.Plan(fault); err != nil {
			refuseControl(w, err)
			return
		}
		jsonReply(http.StatusCreated, fault).write(w)
	})
	mux.HandleFunc("DELETE /_control/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /_control/records", func(w http.ResponseWriter, r *http.Request) {
		network, account := r.FormValue("network"), r.FormValue("account")
		records := slices.DeleteFunc(s.Records(), func(record Record) bool {
			return network != "" && record.Network != network || account != "" && record.Account != account
		})
		jsonReply(http.StatusOK, emptyNotNull(records)).write(w)
	})
	mux.HandleFunc("GET /_control/posts", func(w http.ResponseWriter, r *http.Request) {
		jsonReply(http.StatusOK, emptyNotNull(s.postsOf(r.FormValue("network"), r.FormValue("account")))).write(w)
	})
	mux.HandleFunc("DELETE /_control/everything", func(w http.ResponseWriter, _ *http.Request) {
		if err := s.reset(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// postsOf is Posts over several accounts, in the order of acceptance; "" stands
// for every network or account.
func (s *Server) postsOf(network, account string) []Record {
	var posts []Record
	for _, spec := range s.accountsOf(network) {
		if account == "" || spec.ID == account {
			posts = append(posts, s.Posts(spec.Network, spec.ID)...)
		}
	}
	slices.SortFunc(posts, func(a, b Record) int { return cmp.Compare(a.Seq, b.Seq) })
	return posts
}

func readControl(w http.ResponseWriter, r *http.Request, value any) bool {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		refuseControl(w, fmt.Errorf("simulator: %w", err))
		return false
	}
	return true
}

func refuseControl(w http.ResponseWriter, err error) {
	jsonReply(http.StatusUnprocessableEntity, map[string]string{"error": err.Error()}).write(w)
}

// emptyNotNull makes an empty list of none, for JSON.
func emptyNotNull[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
