package simulator

import (
	"encoding/json"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func wpStatuses() []string {
	return []string{"publish", "future", "draft", "pending", "private", "trash", "auto-draft", "inherit"}
}

// createPost is POST /wp/v2/posts. There is no key that makes it idempotent.
func (p *wordpress) createPost(q *wpRequest) reply {
	switch {
	case q.params.has("id"):
		return wpError(http.StatusBadRequest, "rest_post_exists", "Impossible de créer un article qui existe déjà.")
	case q.params.number("author") > 1 && !q.may("edit_others_posts"):
		return q.denied("rest_cannot_edit_others", "Désolé, vous n’avez pas l’autorisation de créer des articles en tant que cet utilisateur.")
	case !q.may("edit_posts"):
		return q.denied("rest_cannot_create", "Désolé, vous n’avez pas l’autorisation de créer des articles en tant que cet utilisateur.")
	}
	post := Record{RemoteID: strconv.FormatInt(p.server.nextNumber(), 10), Extra: map[string]string{wpStatus: "draft", wpAuthor: "1"}}
	if refusal := p.apply(q, &post, true); refusal != nil {
		return *refusal
	}
	if post.Title == "" && post.Extra[wpContent] == "" && post.Extra[wpExcerpt] == "" {
		return wpError(http.StatusBadRequest, "empty_content", "Le contenu, le titre et l’extrait sont vides.")
	}
	answer := jsonReply(http.StatusCreated, p.showPost(q, post, "edit"), post)
	answer.Header.Set("Location", p.apiRoot(q.Request, q.site)+"wp/v2/posts/"+post.RemoteID)
	return answer
}

func (p *wordpress) updatePost(q *wpRequest) reply {
	post, ok := p.server.current(wordpressName, q.site.ID, q.params.text("id_of_route"))
	switch {
	case !ok:
		return wpError(http.StatusNotFound, "rest_post_invalid_id", "ID de publication non valide.")
	case !q.may("edit_posts") || post.Extra[wpStatus] == "publish" && !q.may("edit_published_posts"):
		return q.denied("rest_cannot_edit", "Désolé, vous n’avez pas l’autorisation de modifier cet article.")
	}
	post.Operation, post.At = "", time.Time{} // those of this call
	if refusal := p.apply(q, &post, false); refusal != nil {
		return *refusal
	}
	return jsonReply(http.StatusOK, p.showPost(q, post, "edit"), post)
}

// apply puts the parameters of a call into a post.
func (p *wordpress) apply(q *wpRequest, post *Record, create bool) *reply {
	extra := map[string]string{}
	for name, value := range post.Extra {
		extra[name] = value
	}
	post.Extra = extra
	if refusal := p.applyStatus(q, post); refusal != nil {
		return refusal
	}
	for field, name := range map[string]string{"title": wpTitle, "content": wpContent, "excerpt": wpExcerpt} {
		if !q.params.has(field) {
			continue
		}
		text := q.params.text(field)
		if !q.may("unfiltered_html") {
			text = kses(text)
		}
		extra[name] = text
	}
	if refusal := p.applyTerms(q, post, create); refusal != nil {
		return refusal
	}
	if q.params.has("featured_media") {
		// An id that is none is ignored without a word.
		if id := q.params.text("featured_media"); id == "0" {
			extra[wpFeatured] = "0"
		} else if _, ok := q.state.media[id]; ok {
			extra[wpFeatured] = id
		}
	}
	if n := q.params.number("author"); n > 0 {
		if n != 1 {
			refusal := wpError(http.StatusBadRequest, "rest_invalid_author", "ID d’auteur non valide.")
			return &refusal
		}
	}
	extra[wpModified] = wpTime(p.server.now())
	p.applySlug(q, post)
	post.Title = plainText(extra[wpTitle])
	post.Text = plainText(extra[wpContent])
	post.Images = q.state.imagesOf(extra[wpFeatured], extra[wpContent])
	post.Draft = extra[wpStatus] != "publish"
	post.URL = p.permalink(q.Request, q.site, *post)
	return nil
}

// applyStatus: a post for later that is published now is scheduled, one
// scheduled for the past is published.
func (p *wordpress) applyStatus(q *wpRequest, post *Record) *reply {
	refuse := func(r reply) *reply { return &r }
	now := p.server.now()
	date := now
	if text := q.params.text("date_gmt"); text != "" {
		parsed, err := time.ParseInLocation("2006-01-02T15:04:05", strings.TrimSuffix(text, "Z"), time.UTC)
		if err != nil {
			return refuse(invalidParam("date_gmt", "Date non valide."))
		}
		date = parsed
		post.Extra[wpDate] = wpTime(date)
	}
	if !q.params.has("status") {
		return nil
	}
	status := q.params.text("status")
	switch status {
	case "publish", "future", "private":
		if !q.may("publish_posts") {
			return refuse(q.denied("rest_cannot_publish", "Désolé, vous n’avez pas l’autorisation de publier dans ce type de publication."))
		}
	case "draft", "pending":
	default:
		return refuse(invalidParam("status", "status n’est pas l’un des éléments publish, future, draft, pending et private."))
	}
	switch {
	case status == "publish" && date.After(now.Add(time.Minute)):
		status = "future"
	case status == "future" && !date.After(now):
		status = "publish"
	}
	if status == "publish" && q.site.Settings["moderated"] == "true" {
		status = "pending"
	}
	if status == "publish" && post.Extra[wpDate] == "" {
		post.Extra[wpDate] = wpTime(now)
	}
	post.Extra[wpStatus] = status
	return nil
}

func (p *wordpress) applyTerms(q *wpRequest, post *Record, create bool) *reply {
	var chosen []wpCategory
	for _, id := range q.params.list("categories") {
		n, err := strconv.ParseInt(id, 10, 64)
		category, ok := q.state.category(n)
		if err != nil || !ok {
			refusal := invalidParam("categories", "Terme non valide.")
			return &refusal
		}
		chosen = append(chosen, category)
	}
	if len(chosen) == 0 {
		if !create {
			return nil
		}
		chosen = q.state.categories[:1]
	}
	encoded, err := json.Marshal(chosen)
	if err != nil {
		refusal := wpError(http.StatusInternalServerError, "db_insert_error", "Impossible d’insérer les termes.")
		return &refusal
	}
	post.Extra[wpCategories] = string(encoded)
	return nil
}

// applySlug: drafts keep what they are given, or none; the rest gets a free
// one, made of the title at need.
func (p *wordpress) applySlug(q *wpRequest, post *Record) {
	wanted := post.Slug
	if q.params.has("slug") {
		wanted = wpSlug(q.params.text("slug"))
	}
	wanted = strings.TrimSuffix(wanted, "__trashed")
	if status := post.Extra[wpStatus]; status == "publish" || status == "future" || status == "private" {
		for _, other := range []string{wpSlug(post.Extra[wpTitle]), post.RemoteID} {
			if wanted == "" {
				wanted = other
			}
		}
		wanted = q.state.postSlug(wanted, post.RemoteID)
	}
	post.Slug = wanted
}

// listPosts is GET /wp/v2/posts.
func (p *wordpress) listPosts(q *wpRequest) reply {
	statuses := q.params.list("status")
	for _, status := range statuses {
		if status == "publish" {
			continue
		}
		if !q.may("edit_posts") {
			return q.forbiddenStatus()
		}
		if status != "any" && !contains(wpStatuses(), status) {
			return invalidParam("status", "status[0] n’est pas une valeur connue.")
		}
	}
	if refusal := q.editContext(); refusal != nil {
		return *refusal
	}
	if len(statuses) == 0 {
		statuses = []string{"publish"}
	}
	now := p.server.now()
	found := slices.DeleteFunc(p.candidates(q), func(post Record) bool {
		status := post.Extra[wpStatus]
		wanted := contains(statuses, status) || contains(statuses, "any") && status != "trash"
		return !wanted || post.VisibleFrom.After(now)
	})
	slices.SortStableFunc(found, func(a, b Record) int { return b.At.Compare(a.At) })
	return paged(q, found, func(post Record) any { return p.showPost(q, post, q.params.text("context")) })
}

// candidates narrows the posts by slug, id and words.
func (p *wordpress) candidates(q *wpRequest) []Record {
	var ids []string
	slugs, include := q.params.list("slug"), q.params.list("include")
	switch {
	case len(slugs) > 0:
		for _, slug := range slugs {
			ids = append(ids, q.state.posts[slug]...)
		}
	case len(include) > 0:
		ids = include
	default:
		return slices.DeleteFunc(p.server.allPosts(wordpressName, q.site.ID), func(post Record) bool {
			words := strings.ToLower(q.params.text("search"))
			return words != "" && !strings.Contains(strings.ToLower(post.Title+" "+post.Extra[wpContent]), words)
		})
	}
	var found []Record
	for _, id := range ids {
		if post, ok := p.server.current(wordpressName, q.site.ID, id); ok && (len(include) == 0 || contains(include, id)) {
			found = append(found, post)
		}
	}
	return found
}

func (q *wpRequest) forbiddenStatus() reply {
	status := http.StatusForbidden
	if q.role == "" {
		status = http.StatusUnauthorized
	}
	return wpErrorData(http.StatusBadRequest, "rest_invalid_param", "Paramètre(s) invalide(s) : status", map[string]any{
		"params": map[string]string{"status": "L’état est interdit."},
		"details": map[string]any{"status": map[string]any{
			"code": "rest_forbidden_status", "message": "L’état est interdit.", "data": map[string]any{"status": status},
		}},
	})
}

func (q *wpRequest) editContext() *reply {
	if q.params.text("context") != "edit" || q.may("edit_posts") {
		return nil
	}
	refusal := q.denied("rest_forbidden_context", "Désolé, vous n’avez pas l’autorisation de modifier les articles dans ce type de publication.")
	return &refusal
}

func (p *wordpress) readPost(q *wpRequest) reply {
	post, ok := p.server.current(wordpressName, q.site.ID, q.params.text("id_of_route"))
	if !ok {
		return wpError(http.StatusNotFound, "rest_post_invalid_id", "ID de publication non valide.")
	}
	if refusal := q.editContext(); refusal != nil {
		return *refusal
	}
	if post.Draft && !q.may("edit_posts") {
		return q.denied("rest_forbidden", "Désolé, vous n’avez pas l’autorisation de faire cela.")
	}
	return jsonReply(http.StatusOK, p.showPost(q, post, q.params.text("context")))
}

// deletePost puts a post into the trash, or with force away for good.
func (p *wordpress) deletePost(q *wpRequest) reply {
	post, ok := p.server.current(wordpressName, q.site.ID, q.params.text("id_of_route"))
	force := q.params.text("force") == "true" || q.params.text("force") == "1"
	post.Operation, post.At = "", time.Time{} // those of this call
	switch {
	case !ok:
		return wpError(http.StatusNotFound, "rest_post_invalid_id", "ID de publication non valide.")
	case !q.may("delete_posts") || post.Extra[wpStatus] == "publish" && !q.may("delete_published_posts"):
		return q.denied("rest_cannot_delete", "Désolé, vous n’avez pas l’autorisation de supprimer cet article.")
	case force:
		return jsonReply(http.StatusOK, map[string]any{"deleted": true, "previous": p.showPost(q, post, "edit")}, post)
	case q.site.Settings["trash"] == "off":
		return wpError(http.StatusNotImplemented, "rest_trash_not_supported", "L’article ne prend pas en charge la corbeille. Définir « force=true » pour supprimer.")
	case post.Extra[wpStatus] == "trash":
		return wpError(http.StatusGone, "rest_already_trashed", "L’article a déjà été supprimé.")
	}
	extra := map[string]string{}
	for name, value := range post.Extra {
		extra[name] = value
	}
	extra[wpStatus] = "trash"
	// It stands in the trash, where people find it: a change, not an end.
	post.Operation, post.Extra, post.Draft, post.Slug = opUpdate, extra, true, post.Slug+"__trashed"
	return jsonReply(http.StatusOK, p.showPost(q, post, "edit"), post)
}

// showPost is a post as the API shows it.
func (p *wordpress) showPost(q *wpRequest, post Record, context string) map[string]any {
	text := func(name string) map[string]any {
		shown := map[string]any{"rendered": post.Extra[name]}
		if context == "edit" {
			shown["raw"] = post.Extra[name]
		}
		return shown
	}
	content, excerpt := text(wpContent), text(wpExcerpt)
	content["protected"], excerpt["protected"] = false, false
	featured, _ := strconv.ParseInt(post.Extra[wpFeatured], 10, 64)
	id, _ := strconv.ParseInt(post.RemoteID, 10, 64)
	var categories []int64
	var chosen []wpCategory
	if json.Unmarshal([]byte(post.Extra[wpCategories]), &chosen) == nil {
		for _, c := range chosen {
			categories = append(categories, c.ID)
		}
	}
	date := post.Extra[wpDate]
	if date == "" {
		date = post.Extra[wpModified] // a draft shows its last change
	}
	return map[string]any{
		"id": id, "date": date, "date_gmt": date, "modified_gmt": post.Extra[wpModified],
		"slug": post.Slug, "status": post.Extra[wpStatus], "type": "post", "link": post.URL,
		"title": text(wpTitle), "content": content, "excerpt": excerpt, "author": 1,
		"featured_media": featured, "comment_status": "closed", "ping_status": "closed", "sticky": false,
		"template": "", "format": "standard", "meta": []any{}, "categories": categories, "tags": []any{},
		"guid": map[string]string{"rendered": html.EscapeString(p.home(q.Request, q.site) + "/?p=" + post.RemoteID)},
	}
}

// permalink is the address of a post: of a number until it is published.
func (p *wordpress) permalink(r *http.Request, site AccountSpec, post Record) string {
	home := p.home(r, site)
	if plainPermalinks(site) || post.Extra[wpStatus] != "publish" {
		return home + "/?p=" + post.RemoteID
	}
	date, err := time.Parse("2006-01-02T15:04:05", post.Extra[wpDate])
	if err != nil {
		date = p.server.now()
	}
	return home + date.UTC().Format("/2006/01/") + post.Slug + "/"
}
