//go:build failpoints

package failpoint

import "slices"

// texts are the places as CRIEUR_FAILPOINTS names them: the file in which a
// place stands, and what holds there.
var texts = [...]string{
	DispatchBeforeMarking:   "worker/dispatch:before-marking",
	DispatchMarked:          "worker/dispatch:marked",
	DispatchBeforeRing:      "worker/dispatch:before-ring",
	DispatchRung:            "worker/dispatch:rung",
	LaneBeforeClaim:         "worker/publish:before-claim",
	LaneClaimed:             "worker/publish:claimed",
	LaneBeforeNext:          "worker/publish:before-next",
	TryBeforeOpen:           "worker/publish:before-open",
	TryBeforeCheck:          "worker/publish:before-check",
	CheckValid:              "worker/publish:valid",
	TryBeforeBegin:          "worker/publish:before-begin",
	TryBegun:                "worker/publish:begun",
	TryAnswered:             "worker/publish:answered",
	FinishBefore:            "worker/publish:before-finish",
	FinishCommitted:         "worker/publish:finished",
	ChannelNoted:            "worker/publish:channel-noted",
	CreatingBefore:          "worker/attempt:before-creating",
	CreatingCommitted:       "worker/attempt:creating",
	StepBefore:              "worker/attempt:before-step",
	PictureBefore:           "worker/attempt:before-picture",
	PictureMade:             "worker/attempt:picture",
	LeasesBeforeRenewal:     "worker/leases:before-renewal",
	LeasesRenewed:           "worker/leases:renewed",
	LeasesBeforeSettling:    "worker/leases:before-settling",
	LeasesSettled:           "worker/leases:settled",
	ReconcileBeforeClaim:    "worker/reconcile:before-claim",
	ReconcileClaimed:        "worker/reconcile:claimed",
	ReconcileBeforeFind:     "worker/reconcile:before-find",
	ReconcileRead:           "worker/reconcile:read",
	ReconcileBeforeFinish:   "worker/reconcile:before-finish",
	ReconcileFinished:       "worker/reconcile:finished",
	RenewBeforeLease:        "worker/renew:before-lease",
	RenewLeased:             "worker/renew:leased",
	RenewAnswered:           "worker/renew:answered",
	RenewBeforeSave:         "worker/renew:before-save",
	RenewSaved:              "worker/renew:saved",
	StoreClaimOpen:          "internal/store/ledger:claim-open",
	StoreClaimSilent:        "internal/store/ledger:claim-silent",
	StoreClaimCommitted:     "internal/store/ledger:claim-committed",
	StoreBeginOpen:          "internal/store/finish:begin-open",
	StoreCreatingOpen:       "internal/store/finish:creating-open",
	StoreStepOpen:           "internal/store/finish:step-open",
	StoreFinishOpen:         "internal/store/finish:finish-open",
	StoreFinishSilent:       "internal/store/finish:finish-silent",
	StoreFinishCommitted:    "internal/store/finish:finish-committed",
	StoreRenewOpen:          "internal/store/leases:renew-open",
	StoreSettleOpen:         "internal/store/leases:settle-open",
	StoreSettleHalf:         "internal/store/leases:settle-half",
	PostgresBeforeCommit:    "internal/store/postgres:before-commit",
	WriterBeforeCommit:      "internal/store/writer:before-commit",
	WriterBeforeCommitAlone: "internal/store/writer:before-commit-alone",
	WriterCommitted:         "internal/store/writer:committed",
	RestBeforeWrite:         "channels/rest/rest:before-write",
	RestAnswered:            "channels/rest/rest:answered",
	RestRead:                "channels/rest/rest:read",
	RestWritten:             "channels/rest/rest:written",
	FacebookUploaded:        "channels/facebook/publish:uploaded",
	FacebookUploadSaved:     "channels/facebook/publish:upload-saved",
	FacebookBeforeCreate:    "channels/facebook/publish:before-create",
	FacebookPublished:       "channels/facebook/publish:published",
	FacebookStepSaved:       "channels/facebook/publish:step-saved",
	FacebookBeforeCall:      "channels/facebook/graph:before-call",
	FacebookAnswered:        "channels/facebook/graph:answered",
	XUploaded:               "channels/x/publish:uploaded",
	XUploadSaved:            "channels/x/publish:upload-saved",
	XBeforeCreate:           "channels/x/publish:before-create",
	XPublished:              "channels/x/publish:published",
	WordPressUploaded:       "channels/wordpress/media:uploaded",
	WordPressUploadSaved:    "channels/wordpress/media:upload-saved",
	WordPressBeforeCreate:   "channels/wordpress/publish:before-create",
	WordPressCreated:        "channels/wordpress/publish:created",
	WordPressBeforeStep:     "channels/wordpress/publish:before-step",
	WordPressStepSaved:      "channels/wordpress/publish:step-saved",
	SiteBeforeCreating:      "channels/site/channel:before-creating",
	SiteBeforePut:           "channels/site/channel:before-put",
	SitePut:                 "channels/site/channel:put",
}

func (n Name) String() string { return texts[n] }

// named is the place of a text.
func named(text string) (Name, bool) {
	for n, t := range texts {
		if t == text {
			return Name(n), true
		}
	}
	return 0, false
}

// All are the texts of every place.
func All() []string { return slices.Clone(texts[:]) }
