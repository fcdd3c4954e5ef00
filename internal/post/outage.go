package post

import "time"

// How deliveries leave that an outage made late: never in a burst, and not
// without a person where they are many.
const (
	// OutageAfter is how long no dispatcher is alive before it counts as an
	// outage.
	OutageAfter = 5 * time.Minute
	// OutageBurst is how many deliveries of one channel may come due during an
	// outage and still leave by themselves.
	OutageBurst = 5
	// Late is from when on a delivery is late enough to be spaced.
	Late = 5 * time.Minute
	// Spacing is the least time between a late delivery and the post that its
	// channel made before it, and between what a person releases.
	Spacing = time.Minute
)

// Outage is a time in which nobody dispatched, and what became of what came
// due in it.
type Outage struct {
	From, To time.Time
	// Missed are the deliveries that are now too late, Held those that a person
	// decides on, and Spaced those that leave now, one after the other.
	Missed, Held, Spaced []string
}
