package post

// HoldReason is why a delivery is held back.
type HoldReason string

const (
	// HoldCrisis: a crisis holds everything else back.
	HoldCrisis HoldReason = "crisis"
	// HoldReview: it came due during an outage, together with others; a person
	// decides, so that nothing leaves in a burst or out of season.
	HoldReview HoldReason = "review"
	// HoldRecovery: the ledger was restored from a backup and cannot know
	// whether it left.
	HoldRecovery HoldReason = "recovery"
)

// HoldReasons lists every reason.
func HoldReasons() []HoldReason { return []HoldReason{HoldCrisis, HoldReview, HoldRecovery} }

// ReviewItem is a held delivery with what a person needs in order to decide.
type ReviewItem struct {
	Delivery Delivery
	// Title is the post's title, or the beginning of its text.
	Title string
}
