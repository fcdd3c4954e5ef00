package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type publishCommand struct {
	Text   string   `required:"" help:"Le texte ; « - » le lit sur l’entrée standard."`
	Title  string   `help:"Le titre."`
	Link   string   `help:"Un lien."`
	Image  []string `help:"Un fichier d’image ; répétez pour plusieurs." type:"existingfile"`
	Alt    []string `help:"Le texte alternatif de chaque image, dans l’ordre." sep:"none"`
	To     []string `required:"" help:"Un canal : son identifiant, son nom ou son type ; répétez, ou séparez par des virgules."`
	At     string   `help:"Date et heure, p. ex. 2026-12-01T09:00 ; sans elle : maintenant."`
	Zone   string   `help:"Fuseau horaire de --at ; sans lui : celui de la commune."`
	Draft  bool     `help:"Enregistrer comme brouillon."`
	NoWait bool     `help:"Ne pas attendre que chaque canal ait répondu."`
	URL    string   `name:"url" env:"CRIEUR_URL" default:"http://127.0.0.1:8080" help:"Adresse de Crieur."`
	Token  string   `required:"" env:"CRIEUR_TOKEN" help:"Jeton d’API (crieur token create)."`
}

// publishPatience is how long the command waits for the channels' answers.
const publishPatience = 3 * time.Minute

// Run publishes and tells what became of it on each channel.
func (c *publishCommand) Run(ctx context.Context, env Env) error {
	if c.Text == "-" {
		text, err := io.ReadAll(io.LimitReader(env.Stdin, 1<<20))
		if err != nil {
			return err
		}
		c.Text = strings.TrimSpace(string(text))
	}
	if len(c.Alt) > len(c.Image) {
		return errors.New("plus de textes alternatifs (--alt) que d’images (--image)")
	}
	remote := remoteAPI{url: strings.TrimRight(c.URL, "/"), token: c.Token, http: &http.Client{Timeout: 2 * time.Minute}}
	ids, err := c.channels(ctx, remote)
	if err != nil {
		return err
	}
	body, contentType, err := c.form(ids)
	if err != nil {
		return err
	}
	var post remotePost
	if err := remote.call(ctx, http.MethodPost, "/posts", contentType, body, &post); err != nil {
		return err
	}
	if c.Draft || c.At != "" {
		_, err := fmt.Fprintf(env.Stdout, "%s %s\n", post.ID, post.Status)
		return err
	}
	if !c.NoWait {
		if post, err = remote.wait(ctx, post); err != nil {
			return err
		}
	}
	return post.report(env.Stdout)
}

func (c *publishCommand) channels(ctx context.Context, remote remoteAPI) ([]string, error) {
	var list struct {
		Channels []struct{ ID, Kind, Name string } `json:"channels"`
	}
	if err := remote.call(ctx, http.MethodGet, "/channels", "", nil, &list); err != nil {
		return nil, err
	}
	var ids []string
	for _, wanted := range c.To {
		found := 0
		for _, ch := range list.Channels {
			if ch.ID == wanted || ch.Name == wanted || ch.Kind == wanted {
				ids = append(ids, ch.ID)
				found++
			}
		}
		if found == 0 {
			return nil, fmt.Errorf("aucun canal « %s »", wanted)
		}
	}
	return ids, nil
}

// form makes one multipart request of the post and its pictures.
func (c *publishCommand) form(channelIDs []string) (io.Reader, string, error) {
	publish := map[string]any{"mode": "now"}
	if c.At != "" {
		publish = map[string]any{"mode": "at", "at": c.At}
		if c.Zone != "" {
			publish["zone"] = c.Zone
		}
	}
	if c.Draft {
		publish["mode"] = "draft"
	}
	images := make([]map[string]any, len(c.Image))
	for i := range c.Image {
		images[i] = map[string]any{"alt": ""}
		if i < len(c.Alt) {
			images[i]["alt"] = c.Alt[i]
		}
	}
	post := map[string]any{"text": c.Text, "channels": channelIDs, "images": images, "publish": publish}
	if c.Title != "" {
		post["title"] = c.Title
	}
	if c.Link != "" {
		post["link"] = c.Link
	}
	data, err := json.Marshal(post)
	if err != nil {
		return nil, "", err
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err = form.WriteField("post", string(data))
	for _, path := range c.Image {
		if err == nil {
			err = addFile(form, path)
		}
	}
	return &body, form.FormDataContentType(), errors.Join(err, form.Close())
}

func addFile(form *multipart.Writer, path string) error {
	file, err := os.Open(path) // #nosec G304 -- the person names the file
	if err != nil {
		return err
	}
	part, err := form.CreateFormFile("image", filepath.Base(path))
	if err == nil {
		_, err = io.Copy(part, file)
	}
	return errors.Join(err, file.Close())
}

// remoteAPI speaks the published API.
type remoteAPI struct {
	url, token string
	http       *http.Client
}

func (r remoteAPI) call(ctx context.Context, method, path, contentType string, body io.Reader, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, r.url+"/api/v1"+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if method == http.MethodPost {
		req.Header.Set("Idempotency-Key", rand.Text())
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return remoteProblem(resp.StatusCode, data)
	}
	return json.Unmarshal(data, into)
}

// remoteProblem shows what the server says is to be mended.
func remoteProblem(status int, data []byte) error {
	var problem struct {
		Detail string `json:"detail"`
		Fields []struct{ Field, Message string }
	}
	if err := json.Unmarshal(data, &problem); err != nil || problem.Detail == "" {
		return fmt.Errorf("le serveur répond %d", status)
	}
	text := problem.Detail
	for _, field := range problem.Fields {
		text += "\n  " + field.Field + " : " + field.Message
	}
	return errors.New(text)
}

type remotePost struct {
	ID         string `json:"id"`
	Status     string `json:"status"`
	Deliveries []struct {
		Kind      string  `json:"kind"`
		Status    string  `json:"status"`
		RemoteURL *string `json:"remote_url"`
		Error     *struct {
			Message  string `json:"message"`
			NextStep string `json:"next_step"`
		} `json:"error"`
	} `json:"deliveries"`
}

// wait asks until every channel has answered.
func (r remoteAPI) wait(ctx context.Context, post remotePost) (remotePost, error) {
	ctx, cancel := context.WithTimeout(ctx, publishPatience)
	defer cancel()
	ticker := time.NewTicker(300 * time.Millisecond)
	defer ticker.Stop()
	for post.Status == "publishing" || post.Status == "scheduled" {
		select {
		case <-ctx.Done():
			// Not settled in time is not an error of the command: the report
			// shows where each channel stands.
			return post, nil
		case <-ticker.C:
		}
		if err := r.call(ctx, http.MethodGet, "/posts/"+post.ID, "", nil, &post); err != nil && ctx.Err() == nil {
			return post, err
		}
	}
	return post, nil
}

// report prints one line a channel; anything but sent is a failure of the
// command.
func (p remotePost) report(w io.Writer) error {
	allSent := true
	fmt.Fprintf(w, "%s %s\n", p.ID, p.Status)
	for _, d := range p.Deliveries {
		line := fmt.Sprintf("  %-10s %s", d.Kind, d.Status)
		if d.RemoteURL != nil {
			line += " " + *d.RemoteURL
		}
		if d.Error != nil && d.Status != "sent" {
			line += " — " + d.Error.Message + " " + d.Error.NextStep
		}
		allSent = allSent && d.Status == "sent"
		fmt.Fprintln(w, line)
	}
	if !allSent {
		return silentError{errors.New("not sent everywhere")}
	}
	return nil
}
