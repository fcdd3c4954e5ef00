package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/crieur/crieur/internal/clock"
)

// How many bytes a request may carry.
const (
	maxJSON    = 1 << 20
	maxPicture = 64 << 20
	maxUpload  = 200 << 20
	// partOverhead is what multipart adds to a single picture.
	partOverhead = 64 << 10
)

// How long a body may take to arrive: 200 MiB in a quarter of an hour is what
// a poor line manages.
const (
	jsonPatience   = 30 * time.Second
	uploadPatience = 15 * time.Minute
)

// limitBody bounds every body, in bytes and in time. One that says beforehand
// that it is too big is refused before a byte of it is read.
func (s *Server) limitBody(c *gin.Context) {
	limit, patience := bodyLimit(c)
	if c.Request.ContentLength > limit {
		c.Header("Connection", "close")
		s.fail(c, tooLargeProblem())
		return
	}
	if c.Request.ContentLength == 0 {
		return
	}
	control := http.NewResponseController(c.Writer)
	// A test recorder has no deadlines. Connections know the machine's own
	// clock only.
	_ = control.SetReadDeadline(clock.Now().Add(patience))
	c.Request.Body = &timedBody{http.MaxBytesReader(c.Writer, c.Request.Body, limit), control}
}

func bodyLimit(c *gin.Context) (limit int64, patience time.Duration) {
	upload := mediaType(c.Request) == "multipart/form-data"
	switch route := c.FullPath(); {
	case strings.HasPrefix(route, "/practice/"):
		// The simulated networks bound themselves further.
		return maxUpload, uploadPatience
	case upload && route == basePath+"/posts":
		return maxUpload, uploadPatience
	case upload && route == basePath+"/media":
		return maxPicture + partOverhead, uploadPatience
	}
	return maxJSON, jsonPatience
}

func mediaType(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// timedBody takes the deadline away once the whole body is there: the server
// reads on to notice that the client leaves, and must not take the deadline for
// that. After a failure it stays, because the server reads what is left.
type timedBody struct {
	io.ReadCloser
	control *http.ResponseController
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		_ = b.control.SetReadDeadline(time.Time{}) // as above
	}
	return n, err
}
