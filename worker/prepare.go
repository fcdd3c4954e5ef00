package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/media"
)

// prepareTimeout bounds the work on one picture.
const prepareTimeout = 2 * time.Minute

// prepare makes every rendition of a post ahead of its hour, each picture
// decoded once for all channels. A failure is only logged: the rendition is
// made again at the hour, and fails there where people see it.
func (w *Worker) prepare(ctx context.Context, bell queue.Bell) {
	p, err := w.Ledger.Post(ctx, bell.CommuneID, bell.PostID)
	if err != nil {
		w.Log.WarnContext(ctx, "pictures not prepared", "post_id", bell.PostID, "error", err)
		return
	}
	plans := map[string][]media.Plan{}
	images := map[string]channels.RenderedImage{}
	for _, d := range p.Deliveries {
		var rendered channels.Rendered
		if err := json.Unmarshal(d.Rendered, &rendered); err != nil {
			w.Log.WarnContext(ctx, "rendering unreadable", "delivery_id", d.ID, "error", err)
			continue
		}
		for _, image := range rendered.Images {
			plans[image.MediaID] = append(plans[image.MediaID], image.Plan)
			images[image.MediaID] = image
		}
	}
	for id, image := range images {
		m, err := w.mediaOf(ctx, p.CommuneID, image)
		if err == nil {
			_, err = guarded(ctx, "prepare", prepareTimeout, func(ctx context.Context) ([]media.Encoded, error) {
				return w.Pictures.Renditions(ctx, m.SHA256, m.ContentType, plans[id])
			})
		}
		if err != nil {
			w.Log.WarnContext(ctx, "picture not prepared", "media_id", id, "error", err)
		}
	}
}

func (w *Worker) rendition(ctx context.Context, communeID string, image channels.RenderedImage) (media.Encoded, error) {
	m, err := w.mediaOf(ctx, communeID, image)
	if err != nil {
		return media.Encoded{}, err
	}
	return w.Pictures.Rendition(ctx, m.SHA256, m.ContentType, image.Plan)
}

func (w *Worker) mediaOf(ctx context.Context, communeID string, image channels.RenderedImage) (post.Media, error) {
	found, err := w.Ledger.MediaMany(ctx, communeID, []string{image.MediaID})
	if err != nil {
		return post.Media{}, err
	}
	if len(found) != 1 || found[0].SHA256 != image.SHA256 {
		return post.Media{}, fmt.Errorf("media %s: %w", image.MediaID, fs.ErrNotExist)
	}
	return found[0], nil
}
