// Package media takes the pictures that people send and makes the ones that
// networks accept.
//
// A picture comes in through Library.Ingest: it is recognised by its first
// bytes (probe.go), refused by its header when it is too large (limits.go),
// decoded once under a memory limit (decode.go), turned upright (orient.go),
// brought to sRGB (colour.go, icc.go) and stored without any metadata under
// the SHA-256 of what is stored. A picture that is already upright and in sRGB
// keeps its compressed pixels bit for bit: only the metadata is cut away
// (jpeg.go, png.go, webp.go, gif.go).
//
// It leaves through Library.Renditions: PlanFor says what a channel's Spec
// asks for (plan.go), the plan is carried out (resample.go) and encoded within
// the byte budget, quality first (encode.go).
//
// Two rules hold everywhere. The decoders are called by name, chosen by magic
// bytes, and never through image.Decode: other packages of the process
// register decoders that must not see foreign bytes. And no decoder runs in a
// goroutine without recover.
package media
