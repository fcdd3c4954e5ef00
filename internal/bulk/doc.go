// Package bulk takes many posts over from one table, as a spreadsheet saves it.
// Nothing is saved before every line has been shown with its result. read.go
// reads the table, line.go makes a post of a line, service.go tries and saves.
package bulk
