package app

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
)

// Below one part in a hundred of the disk, within these bounds, there is too
// little room: nothing leaves without a record, so a full disk stops
// everything.
const (
	leastFree   = 200 << 20
	leastFreeOf = 100
	enoughFree  = 2 << 30
)

// errLittleSpace: the data folder's disk is nearly full.
var errLittleSpace = errors.New("il reste trop peu de place sur le disque des données")

// room is how much an ordinary process may still write to a folder's disk, and
// the disk's size, in bytes.
func room(dir string) (free, size int64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", dir, err)
	}
	return int64(s.Bavail) * int64(s.Bsize), int64(s.Blocks) * int64(s.Bsize), nil //nolint:gosec,unconvert // a disk has fewer bytes than int64; the types differ by system
}

// checkRoom reports errLittleSpace before the disk is full.
func checkRoom(dir string) (free int64, err error) {
	free, size, err := room(dir)
	if err == nil && free < min(max(size/leastFreeOf, leastFree), enoughFree) {
		err = fmt.Errorf("%w : %d Mo", errLittleSpace, free>>20)
	}
	return free, err
}

// roomWatch logs when room becomes scarce, and when it is there again.
type roomWatch struct{ scarce atomic.Bool }

func (a *App) watchRoom(ctx context.Context) {
	_, err := checkRoom(a.opts.Config.DataDir)
	scarce := err != nil
	if a.room.scarce.Swap(scarce) == scarce {
		return
	}
	if scarce {
		a.opts.Log.WarnContext(ctx, "the data folder's disk is nearly full; when it is, nothing is published any more", "error", err)
		return
	}
	a.opts.Log.InfoContext(ctx, "there is room on the data folder's disk again")
}

// measureRoom shows the room among the figures.
func measureRoom(registry prometheus.Registerer, dir string) {
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "crieur_data_free_bytes", Help: "Room left on the disk of the data folder; negative: not known.",
	}, func() float64 {
		free, _, err := room(dir)
		if err != nil {
			return -1
		}
		return float64(free)
	}))
}

// space examines the room that is left.
func (e examination) space() {
	free, err := checkRoom(e.opts.Config.DataDir)
	e.tell("disque", fmt.Sprintf("%d Mo libres", free>>20), err)
}
