package testrig

import (
	"bytes"
	"mime/multipart"
	"net/http"

	"github.com/google/uuid"
)

// Upload puts a picture into the library.
func (c *Client) Upload(name string, picture []byte) Answer {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(picture)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	answer, err := c.Try(c.t.Context(), http.MethodPost, "/media", form.FormDataContentType(), &body, map[string]string{"Idempotency-Key": uuid.NewString()})
	if err != nil {
		c.t.Fatal(err)
	}
	return answer
}
