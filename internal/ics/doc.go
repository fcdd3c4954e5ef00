// Package ics writes and reads iCalendar, RFC 5545, as far as a commune's agenda
// and the yearly files of a collection service need it. write.go makes a
// calendar of events; read.go takes the dates out of a file that somebody else
// made, whatever else stands in it.
package ics
