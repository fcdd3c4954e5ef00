package media_test

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/media/mediatest"
)

// s3Fake is object storage with one bucket named "media": the calls that
// S3Blobs needs, with state, for requests that carry the right key id.
type s3Fake struct {
	mu      sync.Mutex
	objects map[string][]byte
	// failing makes that many requests fail, from the next on.
	failing int
	seen    []string
}

func newS3(t *testing.T) (fake *s3Fake, address string) {
	t.Helper()
	fake = &s3Fake{objects: map[string][]byte{}}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return fake, "s3://crieur:a%2Fsecret@" + strings.TrimPrefix(server.URL, "http://") + "/media/pictures?tls=off"
}

func (s *s3Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, r.Method)
	if s.failing > 0 {
		s.failing--
		s.refuse(w, http.StatusServiceUnavailable, "SlowDown")
		return
	}
	if !strings.Contains(r.Header.Get("Authorization"), "Credential=crieur/") {
		s.refuse(w, http.StatusForbidden, "InvalidAccessKeyId")
		return
	}
	key, ok := strings.CutPrefix(r.URL.Path, "/media/")
	if !ok {
		s.refuse(w, http.StatusNotFound, "NoSuchBucket")
		return
	}
	switch {
	case r.Method == http.MethodPut:
		body, err := s3Body(r)
		if err != nil {
			s.refuse(w, http.StatusBadRequest, "IncompleteBody")
			return
		}
		s.objects[key] = body
		w.Header().Set("ETag", etag(body))
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case r.URL.Query().Get("list-type") == "2":
		s.list(w, r.URL.Query().Get("prefix"))
	case key == "" && r.Method == http.MethodHead:
	default:
		body, ok := s.objects[key]
		if !ok {
			s.refuse(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Header().Set("ETag", etag(body))
		w.Header().Set("Last-Modified", "Tue, 01 Dec 2026 09:00:00 GMT")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(body) // a client that went away is its own affair
		}
	}
}

func etag(body []byte) string { return fmt.Sprintf(`"%x"`, md5.Sum(body)) }

func (s *s3Fake) refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>refused</Message></Error>", code) // as above
}

func (s *s3Fake) list(w http.ResponseWriter, prefix string) {
	type contents struct {
		Key          string
		LastModified string
		Size         int
	}
	answer := struct {
		XMLName  xml.Name `xml:"ListBucketResult"`
		Name     string
		Contents []contents
	}{Name: "media"}
	for _, key := range slices.Sorted(maps.Keys(s.objects)) {
		if strings.HasPrefix(key, prefix) {
			answer.Contents = append(answer.Contents, contents{key, "2026-12-01T09:00:00.000Z", len(s.objects[key])})
		}
	}
	w.Header().Set("Content-Type", "application/xml")
	_ = xml.NewEncoder(w).Encode(answer) // a client that went away is its own affair
}

// s3Body undoes the framing of signed uploads over plain HTTP: chunks of
// "length;chunk-signature=…", the last of length zero.
func s3Body(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return io.ReadAll(r.Body)
	}
	in := bufio.NewReader(r.Body)
	var out bytes.Buffer
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		length, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		n, err := strconv.ParseInt(length, 16, 64)
		if err != nil || n == 0 {
			return out.Bytes(), err
		}
		if _, err := io.CopyN(&out, in, n); err != nil {
			return nil, err
		}
		if _, err := in.Discard(2); err != nil {
			return nil, err
		}
	}
}

func (s *s3Fake) keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.objects))
}

func TestS3Blobs(t *testing.T) {
	fake, address := newS3(t)
	blobs, err := media.NewS3Blobs(address)
	if err != nil {
		t.Fatal(err)
	}
	if err := blobs.Check(t.Context()); err != nil {
		t.Errorf("check: %v", err)
	}
	testBlobs(t, blobs)
	if got := fake.keys(); !slices.Equal(got, []string{"pictures/ab/abcdef/original"}) {
		t.Errorf("objects %v, want all below the prefix", got)
	}
	for _, key := range []string{"../other", "/etc", ".", ""} {
		if err := blobs.Delete(t.Context(), key); err == nil {
			t.Errorf("deleted %q", key)
		}
	}
}

func TestS3BlobsTryAgain(t *testing.T) {
	fake, address := newS3(t)
	blobs, err := media.NewS3Blobs(address)
	if err != nil {
		t.Fatal(err)
	}
	fake.failing = 1
	if err := blobs.Put(t.Context(), "ab/x", []byte("picture")); err != nil {
		t.Errorf("after one refusal: %v", err)
	}
	if got := fake.keys(); len(got) != 1 {
		t.Errorf("objects %v after %v", got, fake.seen)
	}
}

func TestLibraryOnS3(t *testing.T) {
	_, address := newS3(t)
	blobs, err := media.NewS3Blobs(address)
	if err != nil {
		t.Fatal(err)
	}
	l := media.NewLibrary(blobs, clock, media.Options{TempDir: t.TempDir()})
	asset, _ := ingest(t, l, mediatest.JPEG(200, 150, mediatest.Orientation(6)))
	plan := media.PlanFor(asset.Width, asset.Height, media.Centre(), jpegOnly(media.Spec{MaxWidth: 50}))
	for range 2 {
		out, err := l.Rendition(t.Context(), asset.SHA256, asset.ContentType, plan)
		if err != nil {
			t.Fatal(err)
		}
		wantCorners(t, decode(t, out.Data, out.ContentType, out.Width, out.Height), mediatest.Colours(), 10)
	}
	if err := l.Delete(t.Context(), asset.SHA256); err != nil {
		t.Fatal(err)
	}
	if err := l.Verify(t.Context(), asset.SHA256); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after deleting: %v", err)
	}
}

// A wrong key or bucket is no missing picture, and no error shows the secret.
func TestS3BlobsFaultsOfTheSetUp(t *testing.T) {
	_, address := newS3(t)
	for name, wrong := range map[string]string{
		"key":    strings.Replace(address, "crieur", "other", 1),
		"bucket": strings.Replace(address, "/media/", "/nothing/", 1),
	} {
		blobs, err := media.NewS3Blobs(wrong)
		if err != nil {
			t.Fatal(err)
		}
		_, getErr := blobs.Get(t.Context(), "ab/x")
		for call, err := range map[string]error{"Check": blobs.Check(t.Context()), "Get": getErr} {
			if err == nil || call == "Get" && errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s with a wrong %s: %v", call, name, err)
			}
		}
	}
	for _, wrong := range []string{
		"", "s3://", "https://k:secret@host/b", "s3://host/b", "s3://k@host/b", "s3://k:secret@host",
		"s3://k:secret@host/", "s3://k:secret@host/b?tls=maybe", "s3://k:secret@ho st/b", "s3://k:sec%ret@host/b",
	} {
		if _, err := media.NewS3Blobs(wrong); err == nil || strings.Contains(err.Error(), "sec") && !strings.Contains(err.Error(), "SECRET@") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
