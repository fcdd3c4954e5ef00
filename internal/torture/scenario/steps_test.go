//go:build torture && failpoints

package scenario

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/torture/row"
	"github.com/crieur/crieur/media/mediatest"
)

// pictureCount is how many pictures the posts of this test have: what X takes.
const pictureCount = 4

// steps are the places between the first upload and the noted outcome, by
// network, each with the times that the program comes by.
func steps(network string) []string {
	var all []string
	uploads := []string{"publish:uploaded", "publish:upload-saved"}
	if network == "wordpress" {
		uploads = []string{"media:uploaded", "media:upload-saved"}
	}
	for _, place := range uploads {
		for n := 1; n <= pictureCount; n++ {
			all = append(all, fmt.Sprintf("channels/%s/%s=kill#%d", network, place, n))
		}
	}
	all = append(all, "channels/"+network+"/publish:before-create=kill", "worker/attempt:creating=kill")
	switch network {
	case "facebook":
		all = append(all, "channels/facebook/publish:published=kill", "channels/facebook/publish:step-saved=kill")
	case "x":
		all = append(all, "channels/x/publish:published=kill")
	case "wordpress":
		all = append(all, "channels/wordpress/publish:created=kill", "channels/wordpress/publish:before-step=kill", "channels/wordpress/publish:step-saved=kill")
	}
	return append(all, "worker/publish:before-finish=kill")
}

// TestT23Steps kills the program at each step of a post with four pictures: the
// next start takes up what is there, publishes once, and uploads no picture more
// than once again.
func TestT23Steps(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		networks := []string{"facebook", "x", "wordpress"}
		rows := make([]row.Row, len(networks))
		most := make([]int, len(networks))
		t.Run("networks", func(t *testing.T) {
			for i, network := range networks {
				t.Run(network, func(t *testing.T) {
					t.Parallel()
					places := steps(network)
					rows[i], most[i] = stepByStep(t, s, network, places[:size(len(places))])
				})
			}
		})
		r := add(rows...)
		worst := 0
		for _, n := range most {
			worst = max(worst, n)
		}
		r.Note = fmt.Sprintf("at most %d uploads again of one picture", worst)
		report(t, s, r)
	})
}

func stepByStep(t *testing.T, s setup, network string, places []string) (row.Row, int) {
	t.Helper()
	in := install(t, s, nil)
	worker := in.start()
	var accounts []account
	switch network {
	case "facebook":
		accounts = in.pages(len(places))
	case "x":
		accounts = in.profiles(len(places))
	default:
		accounts = in.blogs(len(places))
	}
	var pictures [][]byte
	for i := range pictureCount {
		pictures = append(pictures, mediatest.JPEG(640+i, 480))
	}
	ids := in.upload(pictures...)
	worst, killed := 0, 0
	for i, place := range places {
		in.stop(worker)
		// The post is made while the armed process runs: with an hour of its own,
		// so that it is acknowledged before anybody dies.
		worker = in.start(withFailpoints(place))
		list := in.announce(draft{accounts: accounts[i : i+1], pictures: ids, due: time.Now().Add(2 * time.Second)})
		select {
		case <-worker.Ended():
			killed++
		case <-time.After(30 * time.Second):
			t.Errorf("%s was not passed", place)
		}
		if !worker.Alive() {
			worker = in.start()
		}
		if !in.settleThese(list, 8*time.Minute) {
			t.Errorf("%s: not settled", place)
		}
		again := in.uploads(accounts[i]) - pictureCount
		// Facebook uploads three at once, and each of them may be cut off; none
		// twice.
		if again > pictureCount {
			t.Errorf("%s: %d uploads too many of %d pictures", place, again, pictureCount)
		}
		worst = max(worst, in.mostUploads(accounts[i])-1)
	}
	if worst > 1 {
		t.Errorf("a picture was uploaded %d times again", worst)
	}
	r := in.judge()
	r.Runs = killed
	return r, worst
}

// uploads counts the pictures that an account took.
func (in *installation) uploads(a account) int {
	total := 0
	for _, times := range in.uploadsOf(a) {
		total += times
	}
	return total
}

// mostUploads is how often an account took the same picture, at most.
func (in *installation) mostUploads(a account) int {
	most := 0
	for _, times := range in.uploadsOf(a) {
		most = max(most, times)
	}
	return most
}

// uploadsOf reads the journal: how often an account took each picture.
func (in *installation) uploadsOf(a account) map[string]int {
	in.t.Helper()
	data, err := os.Open(in.journal)
	if err != nil {
		in.t.Fatal(err)
	}
	defer func() { _ = data.Close() }() // it was only read
	all := map[string]int{}
	lines := bufio.NewReader(data)
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			return all
		}
		var entry struct {
			Record *simulator.Record `json:"record"`
		}
		if err == nil {
			err = json.NewDecoder(strings.NewReader(line)).Decode(&entry)
		}
		if err != nil {
			in.t.Fatal(err)
		}
		if r := entry.Record; r != nil && r.Operation == "media" && r.Network == a.network && r.Account == a.id {
			for _, image := range r.Images {
				all[image.SHA256]++
			}
		}
	}
}
