package publishing

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strconv"
	"strings"

	"github.com/crieur/crieur/internal/post"
)

// keyLength is how much of the hash a key shows, in signs of base 32: 50 bits,
// plenty to keep a commune's posts apart, short enough for an address.
const keyLength = 10

// contentKey derives a post's key from its commune and what it says, so that a
// preview shows the very address that the article will have. The commune's id
// is random: two installations on one website never share a key.
func contentKey(communeID string, c post.Content) string {
	h := sha256.New()
	for _, part := range []string{communeID, c.Title, c.Text, c.Link} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(h.Sum(nil))[:keyLength])
}

// freeKey avoids the keys that equal posts of the commune have already.
func freeKey(base string, taken []string) string {
	key := base
	for n := 2; slices.Contains(taken, key); n++ {
		key = base + "-" + strconv.Itoa(n)
	}
	return key
}
