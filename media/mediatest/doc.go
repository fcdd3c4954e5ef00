// Package mediatest makes the pictures that tests need and looks into the ones
// that they get.
//
// Every picture shows the same scene: four coloured quarters, red, green, blue
// and yellow from the top left in reading order, under a faint texture. Width
// and height are those of the upright view; an option that turns the stored
// pixels also says so in the metadata, so that whoever obeys sees the scene.
package mediatest
