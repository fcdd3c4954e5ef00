// Package scenario holds the reliability tests of docs/reliability.md: the real
// program, killed, cut off and lied to, against simulated networks whose
// journal on the disk is the only judge. The tests take minutes to hours, so
// they are behind the build tag "torture"; `make torture` runs them and prints
// one table. setup_test.go says on what they run, installation_test.go how
// processes are started and ended, workload_test.go how posts are made and
// waited for, judge_test.go how the journal is read.
package scenario
