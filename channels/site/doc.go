// Package site is the channel to the commune's own public news pages, and the
// pages themselves: a list, the articles, RSS, Atom and JSON feeds. They need
// no other website, so that each commune has one place of truth to link to.
//
// Read in this order: library.go (what the channel needs of the store),
// driver.go (what an article takes), channel.go (how it is published), pages.go
// (what citizens see), feeds.go and linkeddata.go (what machines read); then
// alerts.go (what the pages need to know in a crisis), alertpages.go,
// alertviews.go, alertfeeds.go, and alertarticle.go (an alert among the news).
package site
