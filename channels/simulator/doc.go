// Package simulator stands in for the networks: servers of their APIs, built
// from the networks' documentation and not from our own channels, with planned
// faults, a journal of everything that they accepted, and pages on which people
// see what citizens would see. Tests, practice mode and demonstrations use it.
//
// Read in this order: journal.go (what was accepted), fault.go (what can go
// wrong), core.go (the server), state.go (what it knows), call.go (how one API
// call is carried out or spoiled), networks.go (the list), then one file a
// network. control.go is the door for other processes, pages.go the one for
// people.
//
// Networks are mounted below /facebook/, /x/ and /wordpress/; /_control/ plans
// faults and reads the journal; / is the index of the citizen pages.
package simulator
