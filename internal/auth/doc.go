// Package auth knows who asks: passwords, sessions, API tokens and the first
// account. Read in this order: service.go (signing in and out, and the checks
// on every request), password.go, token.go, setup.go, limit.go.
//
// Nothing secret is stored: passwords as argon2id, sessions and tokens as the
// SHA-256 of 256 random bits. Each of them is bound to the user's credential
// version, which grows with every change of password, role or standing, so that
// one change ends them all.
package auth
