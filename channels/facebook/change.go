package facebook

import (
	"context"
	"fmt"

	fb "github.com/huandu/facebook/v2"

	"github.com/crieur/crieur/channels"
)

// Delete implements channels.Deleter.
func (c *channel) Delete(ctx context.Context, r channels.Receipt) error {
	if !isObjectID(r.RemoteID) {
		return ours(ctx, opDelete, "facebook.post_id", fmt.Errorf("the id %q is not one of Facebook's", r.RemoteID))
	}
	result, err := c.graph.do(ctx, request{op: opDelete, method: fb.DELETE, path: r.RemoteID, params: fb.Params{}})
	if isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return succeeded(opDelete, result)
}

// Update implements channels.Updater. It replaces the text alone: Facebook keeps
// the link and the pictures of a post as they are. Only posts of the same Meta
// application can be changed.
func (c *channel) Update(ctx context.Context, receipt channels.Receipt, r channels.Rendered) (channels.Receipt, error) {
	if !isObjectID(receipt.RemoteID) {
		return channels.Receipt{}, ours(ctx, opUpdate, "facebook.post_id", fmt.Errorf("the id %q is not one of Facebook's", receipt.RemoteID))
	}
	result, err := c.graph.do(ctx, request{
		op: opUpdate, method: fb.POST, path: receipt.RemoteID, params: fb.Params{"message": r.Text},
	})
	if err != nil {
		return channels.Receipt{}, err
	}
	return receipt, succeeded(opUpdate, result)
}

// succeeded reads {"success": true}.
func succeeded(op string, result fb.Result) error {
	if result["success"] != true {
		return &channels.Error{Kind: channels.Temporary, Op: op, Code: "facebook.unreadable", Err: errUnreadable}
	}
	return nil
}

// pageID is the Page's id, fit to stand in a path.
func (c *channel) pageID(op string) (string, error) {
	if !isPageName(c.page) {
		return "", &channels.Error{
			Kind: channels.Internal, Op: op, Code: "facebook.page_id",
			Message:  "L’identifiant de la page manque ou n’en est pas un.",
			NextStep: "Indiquez le numéro de la page dans les réglages du canal.",
		}
	}
	return c.page, nil
}

// isObjectID: ids of posts and photos are digits, with one underscore in those
// of posts. What comes from outside and is put in a path is checked.
func isObjectID(id string) bool {
	return consistsOf(id, func(r rune) bool { return r >= '0' && r <= '9' || r == '_' })
}

// isPageName: a Page goes by its number or its name.
func isPageName(name string) bool {
	return name != "." && name != ".." && consistsOf(name, func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '.' || r == '-' || r == '_'
	})
}

func consistsOf(text string, in func(rune) bool) bool {
	for _, r := range text {
		if !in(r) {
			return false
		}
	}
	return text != ""
}
