package channels

import "slices"

// Registry is an explicit list of the kinds of networks; internal/app makes
// it. There is no registration by import.
type Registry struct{ drivers []Driver }

// NewRegistry keeps the drivers in the order in which people see them.
func NewRegistry(drivers ...Driver) *Registry { return &Registry{drivers: slices.Clone(drivers)} }

// Drivers returns every driver.
func (r *Registry) Drivers() []Driver { return slices.Clone(r.drivers) }

// Driver returns the driver of a kind.
func (r *Registry) Driver(kind string) (Driver, bool) {
	for _, d := range r.drivers {
		if d.Info().Kind == kind {
			return d, true
		}
	}
	return nil, false
}
