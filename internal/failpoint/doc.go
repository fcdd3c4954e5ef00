// Package failpoint names the places between the claim of a delivery and its
// final commit, so that tests can end, stop or hold the real program exactly
// there. Without the build tag "failpoints" every function is empty and the
// program that people run holds neither the names nor a call. With it, the
// variable CRIEUR_FAILPOINTS says what happens where:
//
//	CRIEUR_FAILPOINTS="worker/attempt:creating=kill,channels/rest/rest:answered=hang:45s#3"
//
// Actions: kill (the process, as kill -9), stop (SIGSTOP), hang:<duration>,
// panic, and error, where the place gives one back. #3 acts at the third time
// alone; without a number each time counts. CRIEUR_FAILPOINTS_SEEN names a file
// to which each process adds the places that it passes, each once.
package failpoint
