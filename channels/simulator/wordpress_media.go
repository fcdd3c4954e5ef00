package simulator

import (
	"fmt"
	"html"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

const (
	// wpUploadMax is the default bound of one upload, in bytes.
	wpUploadMax = 8 << 20
	// wpBigImage is the edge above which WordPress puts a smaller copy in the
	// place of the original (big_image_size_threshold).
	wpBigImage = 2560
	// wpLarge is the edge of the copy "large".
	wpLarge = 1024
)

// createMedia is POST /wp/v2/media, with a form or with the bytes alone.
func (p *wordpress) createMedia(q *wpRequest) reply {
	switch {
	case !q.may("upload_files"):
		return q.denied("rest_cannot_create", "Désolé, vous n’avez pas l’autorisation de créer des articles en tant que cet utilisateur.")
	case q.file == nil || len(q.file.data) == 0:
		return wpError(http.StatusBadRequest, "rest_upload_no_data", "Aucune donnée fournie.")
	case q.file.name == "":
		return wpError(http.StatusBadRequest, "rest_upload_no_content_disposition", "Aucun Content-Disposition fourni.")
	}
	longest, err := strconv.Atoi(q.site.Settings["upload_max"])
	if err != nil || longest <= 0 {
		longest = wpUploadMax
	}
	if len(q.file.data) > longest {
		return wpError(http.StatusBadRequest, "rest_upload_file_too_big", fmt.Sprintf("Ce fichier est trop volumineux. Les fichiers doivent faire moins de %d Ko.", longest>>10))
	}
	image, err := p.server.keepPicture(q.file.data)
	extension := strings.ToLower(path.Ext(q.file.name))
	if err != nil || !contains(wpExtensions(image.ContentType), extension) {
		code := "rest_upload_sideload_error"
		if q.file.form {
			code = "rest_upload_unknown_error"
		}
		return wpError(http.StatusInternalServerError, code, "Désolé, vous n’avez pas l’autorisation de téléverser ce type de fichier.")
	}
	return p.keepMedia(q, image, extension)
}

func (p *wordpress) keepMedia(q *wpRequest, image RecordImage, extension string) reply {
	name := wpSlug(strings.TrimSuffix(path.Base(q.file.name), path.Ext(q.file.name)))
	file := freeFile(name, extension, func(file string) bool { return q.state.files[file] != nil })
	title := q.params.text("title")
	if title == "" {
		title = strings.TrimSuffix(file, extension)
	}
	slug := wpSlug(q.params.text("slug"))
	if slug == "" {
		slug = wpSlug(title)
	}
	image.RemoteID = strconv.FormatInt(p.server.nextNumber(), 10)
	image.Alt = sanitizeTextField(q.params.text("alt_text"))
	record := Record{
		RemoteID: image.RemoteID, Slug: q.state.attachmentSlug(slug), Title: title,
		Images: []RecordImage{image}, Extra: map[string]string{wpFileName: file},
	}
	record.URL = p.fileURL(q.Request, q.site, file)
	if q.site.Settings["upload_breaks"] == "true" {
		record.Extra[wpStatus] = "broken"
		return reply{
			Status: http.StatusInternalServerError, Accepted: []Record{record},
			Header: http.Header{"X-Wp-Upload-Attachment-Id": {image.RemoteID}, "Content-Type": {"text/html; charset=UTF-8"}},
			Body:   []byte("<p>Une erreur critique est survenue sur ce site.</p>"),
		}
	}
	answer := jsonReply(http.StatusCreated, p.showMedia(q, mediaOf(record)), record)
	answer.Header.Set("X-Wp-Upload-Attachment-Id", image.RemoteID)
	answer.Header.Set("Location", p.apiRoot(q.Request, q.site)+"wp/v2/media/"+image.RemoteID)
	return answer
}

func mediaOf(r Record) *wpMedia {
	return &wpMedia{
		id: r.RemoteID, slug: r.Slug, title: r.Title, file: r.Extra[wpFileName], image: r.Images[0],
		broken: r.Extra[wpStatus] == "broken",
	}
}

func (m *wpMedia) record() Record {
	return Record{
		RemoteID: m.id, Slug: m.slug, Title: m.title, Images: []RecordImage{m.image},
		Extra: map[string]string{wpFileName: m.file},
	}
}

// wpExtensions are those that go with what the bytes are.
func wpExtensions(contentType string) []string {
	switch contentType {
	case "image/jpeg":
		return []string{".jpg", ".jpeg"}
	case "image/png":
		return []string{".png"}
	case "image/gif":
		return []string{".gif"}
	case "image/webp":
		return []string{".webp"}
	}
	return nil
}

func freeFile(name, extension string, taken func(string) bool) string {
	file := name + extension
	for n := 1; taken(file); n++ {
		file = name + "-" + strconv.Itoa(n) + extension
	}
	return file
}

// updateMedia is POST /wp/v2/media/{id}: the alternative text.
func (p *wordpress) updateMedia(q *wpRequest) reply {
	m, ok := q.state.media[q.params.text("id_of_route")]
	switch {
	case !ok:
		return wpError(http.StatusNotFound, "rest_post_invalid_id", "ID de publication non valide.")
	case !q.may("upload_files"):
		return q.denied("rest_cannot_edit", "Désolé, vous n’avez pas l’autorisation de modifier cet article.")
	}
	changed := *m
	if q.params.has("alt_text") {
		changed.image.Alt = sanitizeTextField(q.params.text("alt_text"))
	}
	if q.params.has("title") {
		changed.title = q.params.text("title")
	}
	return jsonReply(http.StatusOK, p.showMedia(q, &changed), changed.record())
}

// postProcess finishes the copies of an upload that broke down.
func (p *wordpress) postProcess(q *wpRequest) reply {
	m, ok := q.state.media[q.params.text("id_of_route")]
	switch {
	case !ok:
		return wpError(http.StatusNotFound, "rest_post_invalid_id", "ID de publication non valide.")
	case !q.may("upload_files"):
		return q.denied("rest_cannot_edit", "Désolé, vous n’avez pas l’autorisation de modifier cet article.")
	case q.params.text("action") != "create-image-subsizes":
		return invalidParam("action", "action n’est pas l’un des éléments create-image-subsizes.")
	}
	changed := *m
	changed.broken = false
	record := changed.record()
	record.Operation = opAlt // the picture as it stands, not another one
	return jsonReply(http.StatusOK, p.showMedia(q, &changed), record)
}

func (p *wordpress) listMedia(q *wpRequest) reply {
	if refusal := q.editContext(); refusal != nil {
		return *refusal
	}
	slugs, include, words := q.params.list("slug"), q.params.list("include"), strings.ToLower(q.params.text("search"))
	var found []*wpMedia
	candidates := q.state.media
	if len(slugs) > 0 {
		candidates = map[string]*wpMedia{}
		for _, slug := range slugs {
			if m := q.state.mediaSlugs[slug]; m != nil {
				candidates[m.id] = m
			}
		}
	}
	for _, m := range candidates {
		if (len(include) == 0 || contains(include, m.id)) &&
			strings.Contains(strings.ToLower(m.title+" "+m.slug), words) {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b *wpMedia) int { return strings.Compare(b.id, a.id) })
	return paged(q, found, func(m *wpMedia) any { return p.showMedia(q, m) })
}

func (p *wordpress) readMedia(q *wpRequest) reply {
	m, ok := q.state.media[q.params.text("id_of_route")]
	if !ok {
		return wpError(http.StatusNotFound, "rest_post_invalid_id", "ID de publication non valide.")
	}
	if refusal := q.editContext(); refusal != nil {
		return *refusal
	}
	return jsonReply(http.StatusOK, p.showMedia(q, m))
}

// showMedia is an attachment as the API shows it. PHP writes an empty map as [].
func (p *wordpress) showMedia(q *wpRequest, m *wpMedia) map[string]any {
	id, _ := strconv.ParseInt(m.id, 10, 64)
	width, height := m.image.Width, m.image.Height
	file := m.file
	if edge := max(width, height); edge > wpBigImage && !m.broken {
		width, height = width*wpBigImage/edge, height*wpBigImage/edge
		file = wpCopyName(file, "scaled")
	}
	sizes, missing := any([]string{}), []string{}
	if edge := max(width, height); edge > wpLarge {
		if m.broken {
			missing = append(missing, "large")
		} else {
			w, h := width*wpLarge/edge, height*wpLarge/edge
			sizes = map[string]any{"large": map[string]any{
				"width": w, "height": h, "mime_type": m.image.ContentType,
				"source_url": p.fileURL(q.Request, q.site, wpCopyName(m.file, fmt.Sprintf("%dx%d", w, h))),
			}}
		}
	}
	return map[string]any{
		"id": id, "slug": m.slug, "status": "inherit", "type": "attachment", "title": map[string]string{"raw": m.title, "rendered": m.title},
		"alt_text": m.image.Alt, "media_type": "image", "mime_type": m.image.ContentType,
		"media_details": map[string]any{"width": width, "height": height, "file": file, "sizes": sizes},
		"source_url":    p.fileURL(q.Request, q.site, file), "missing_image_sizes": missing,
	}
}

// wpCopyName is the name of a copy of a file.
func wpCopyName(file, suffix string) string {
	extension := path.Ext(file)
	return strings.TrimSuffix(file, extension) + "-" + suffix + extension
}

func (p *wordpress) fileURL(r *http.Request, site AccountSpec, file string) string {
	return p.home(r, site) + "/wp-content/uploads/" + file
}

// sanitizeTextField is what WordPress does to alternative texts: no tags, one
// line.
func sanitizeTextField(text string) string {
	if strings.Contains(text, "<") {
		text = plainText(text)
	}
	return strings.Join(strings.Fields(text), " ")
}

// listCategories is GET /wp/v2/categories.
func (p *wordpress) listCategories(q *wpRequest) reply {
	slugs, words := q.params.list("slug"), strings.ToLower(q.params.text("search"))
	found := slices.DeleteFunc(slices.Clone(q.state.categories), func(c wpCategory) bool {
		return len(slugs) > 0 && !contains(slugs, c.Slug) || !strings.Contains(strings.ToLower(c.Name), words)
	})
	return paged(q, found, func(c wpCategory) any { return c })
}

// createCategory: a name that is there already is refused with its id.
func (p *wordpress) createCategory(q *wpRequest) reply {
	if !q.may("manage_categories") {
		return q.denied("rest_cannot_create", "Désolé, vous n’avez pas l’autorisation de créer des termes dans cette taxonomie.")
	}
	name := html.EscapeString(html.UnescapeString(strings.TrimSpace(q.params.text("name"))))
	if name == "" {
		return wpErrorData(http.StatusBadRequest, "rest_missing_callback_param", "Paramètre(s) manquant(s) : name", map[string]any{"params": []string{"name"}})
	}
	for _, c := range q.state.categories {
		if strings.EqualFold(c.Name, name) {
			return wpErrorData(http.StatusBadRequest, "term_exists", "Un terme avec le nom fourni existe déjà avec ce parent.", map[string]any{"term_id": c.ID})
		}
	}
	c := wpCategory{ID: p.server.nextNumber(), Name: name, Slug: wpSlug(name)}
	q.state.know(c)
	return jsonReply(http.StatusCreated, c)
}

// imagesOf are the pictures of a post as citizens see them: the featured one,
// then those of the text.
func (site *wordpressSite) imagesOf(featured, content string) []RecordImage {
	var images []RecordImage
	if m, ok := site.media[featured]; ok {
		images = append(images, m.image)
	}
	for _, shown := range imagesIn(content) {
		if m, ok := site.media[shown.id]; ok {
			image := m.image
			image.Alt = shown.alt
			images = append(images, image)
		}
	}
	return images
}
