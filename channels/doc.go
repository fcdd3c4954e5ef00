// Package channels is the contract between Crieur and the networks, and holds
// what all channels share. Read in this order: channel.go (Driver and Channel),
// limits.go (what a network takes, as data), message.go (what is said, what
// leaves), attempt.go (how a publication is tried, and the point of no return),
// errors.go (what can go wrong, in words).
//
// A channel is one folder: channels/facebook, channels/x, channels/wordpress,
// channels/site. It imports this package, channels/adapt, channels/rest and
// media; never another channel, the store, the API or the worker.
package channels
