package app

import (
	"context"
	"log/slog"

	"github.com/crieur/crieur/internal/queue"
)

// preparer asks the workers to make pictures ahead of their hour.
type preparer struct {
	queue *queue.Queue
	log   *slog.Logger
}

// Prepare rings; a bell that nobody hears costs time at the hour itself only.
func (p preparer) Prepare(ctx context.Context, communeID, postID string) {
	if err := p.queue.Ring(ctx, queue.Bell{Work: queue.Prepare, CommuneID: communeID, PostID: postID}); err != nil {
		p.log.InfoContext(ctx, "pictures will be made at the hour itself", "post_id", postID, "error", err)
	}
}
