// Package wordpress publishes articles on a WordPress site through its REST
// API, wp/v2 (WordPress 5.6 and later).
//
// Read in this order: driver.go (what the kind is), render.go (what an article
// looks like), address.go (where the site and its API stand), api.go (how a
// call is made), failure.go (what the site's refusals mean), objects.go (what
// the API answers), check.go (are we who we think, and may we publish),
// publish.go (find, upload, create, verify), media.go, terms.go (categories and
// authors), change.go (find, update, delete).
//
// WordPress knows no idempotency key and never refuses a duplicate: it adds
// "-2" to its address instead. What keeps an article single is its slug, which
// is made of the delivery's key and is looked for, in every status, before
// anything is created.
//
// The first picture is the article's featured image, which themes show on top
// of the article and in their lists; the others follow the text as image
// blocks. So each picture is shown once, with its alternative text.
package wordpress
