package failpoint

// Name is a place in the way of a delivery. It says in which file the place is
// and what holds there.
type Name string

// Places in worker/dispatch.go.
const (
	// DispatchBeforeMarking: nothing is marked as rung.
	DispatchBeforeMarking Name = "worker/dispatch:before-marking"
	// DispatchMarked: lanes are marked as rung, and no bell has rung.
	DispatchMarked Name = "worker/dispatch:marked"
	// DispatchBeforeRing: the hour has come, and the bell has not rung.
	DispatchBeforeRing Name = "worker/dispatch:before-ring"
	// DispatchRung: the queue took the bell.
	DispatchRung Name = "worker/dispatch:rung"
)

// Places in worker/publish.go.
const (
	// LaneBeforeClaim: a lane is awake, and nothing is claimed.
	LaneBeforeClaim Name = "worker/publish:before-claim"
	// LaneClaimed: the claim is committed.
	LaneClaimed Name = "worker/publish:claimed"
	// LaneBeforeNext: a delivery is done, and the lane has not looked for the next.
	LaneBeforeNext Name = "worker/publish:before-next"
	// TryBeforeOpen: the channel is read, and its credentials are not opened.
	TryBeforeOpen Name = "worker/publish:before-open"
	// TryBeforeCheck: the channel is open, and the rendering is not checked.
	TryBeforeCheck Name = "worker/publish:before-check"
	// CheckValid: the rendering is within the limits, and its pictures are not looked for.
	CheckValid Name = "worker/publish:valid"
	// TryBeforeBegin: all is checked, and no attempt is committed.
	TryBeforeBegin Name = "worker/publish:before-begin"
	// TryBegun: the attempt is committed, and nothing has left.
	TryBegun Name = "worker/publish:begun"
	// TryAnswered: the channel has ended its work, well or not.
	TryAnswered Name = "worker/publish:answered"
	// FinishBefore: the outcome is known, and not committed.
	FinishBefore Name = "worker/publish:before-finish"
	// FinishCommitted: the outcome is committed.
	FinishCommitted Name = "worker/publish:finished"
	// ChannelNoted: what the outcome says of the account is committed.
	ChannelNoted Name = "worker/publish:channel-noted"
)

// Places in worker/attempt.go.
const (
	// CreatingBefore: the parts are ready, and the point of no return is not committed.
	CreatingBefore Name = "worker/attempt:before-creating"
	// CreatingCommitted: the point of no return is committed, and the channel does not know it yet.
	CreatingCommitted Name = "worker/attempt:creating"
	// StepBefore: a part is on the network, and its id is not committed.
	StepBefore Name = "worker/attempt:before-step"
	// PictureBefore: a picture is not read from the library.
	PictureBefore Name = "worker/attempt:before-picture"
	// PictureMade: a picture is ready to leave.
	PictureMade Name = "worker/attempt:picture"
)

// Places in worker/leases.go.
const (
	// LeasesBeforeRenewal: the time for a sign of life has come.
	LeasesBeforeRenewal Name = "worker/leases:before-renewal"
	// LeasesRenewed: the sign of life is committed.
	LeasesRenewed Name = "worker/leases:renewed"
	// LeasesBeforeSettling: dead claims are not looked for.
	LeasesBeforeSettling Name = "worker/leases:before-settling"
	// LeasesSettled: a dead claim is settled and committed.
	LeasesSettled Name = "worker/leases:settled"
)

// Places in worker/reconcile.go.
const (
	// ReconcileBeforeClaim: an unknown outcome is due for a reading, and not claimed.
	ReconcileBeforeClaim Name = "worker/reconcile:before-claim"
	// ReconcileClaimed: the reading is claimed.
	ReconcileClaimed Name = "worker/reconcile:claimed"
	// ReconcileBeforeFind: what is known is gathered, and the account is not read.
	ReconcileBeforeFind Name = "worker/reconcile:before-find"
	// ReconcileRead: the account is read, and nothing is decided.
	ReconcileRead Name = "worker/reconcile:read"
	// ReconcileBeforeFinish: the verdict is made, and not committed.
	ReconcileBeforeFinish Name = "worker/reconcile:before-finish"
	// ReconcileFinished: the verdict is committed.
	ReconcileFinished Name = "worker/reconcile:finished"
)

// Places in worker/renew.go.
const (
	// RenewBeforeLease: credentials have ended, and no lease on their renewal is taken.
	RenewBeforeLease Name = "worker/renew:before-lease"
	// RenewLeased: the lease is committed, and the network is not asked.
	RenewLeased Name = "worker/renew:leased"
	// RenewAnswered: the network gave new credentials, which are nowhere else.
	RenewAnswered Name = "worker/renew:answered"
	// RenewBeforeSave: new credentials are sealed, and not committed.
	RenewBeforeSave Name = "worker/renew:before-save"
	// RenewSaved: new credentials are committed.
	RenewSaved Name = "worker/renew:saved"
)

// Places in internal/store/ledger.go.
const (
	// StoreClaimOpen: inside a claim: the row is taken, and its history is not read.
	StoreClaimOpen Name = "internal/store/ledger:claim-open"
	// StoreClaimSilent: inside a claim: all is written but the event.
	StoreClaimSilent Name = "internal/store/ledger:claim-silent"
	// StoreClaimCommitted: the claim is committed, and the worker does not know it yet.
	StoreClaimCommitted Name = "internal/store/ledger:claim-committed"
)

// Places in internal/store/finish.go.
const (
	// StoreBeginOpen: inside BeginAttempt: the delivery counts an attempt that does not stand yet.
	StoreBeginOpen Name = "internal/store/finish:begin-open"
	// StoreCreatingOpen: inside Creating: the claim is held, and the attempt is not marked.
	StoreCreatingOpen Name = "internal/store/finish:creating-open"
	// StoreStepOpen: inside SaveStep: the claim is held, and the step is not written.
	StoreStepOpen Name = "internal/store/finish:step-open"
	// StoreFinishOpen: inside Finish: the delivery has its state, and the attempt is open.
	StoreFinishOpen Name = "internal/store/finish:finish-open"
	// StoreFinishSilent: inside Finish: all is written but the event.
	StoreFinishSilent Name = "internal/store/finish:finish-silent"
	// StoreFinishCommitted: the outcome is committed, and nobody is woken.
	StoreFinishCommitted Name = "internal/store/finish:finish-committed"
)

// Places in internal/store/leases.go.
const (
	// StoreRenewOpen: inside RenewLeases: the claims are prolonged, and the instance gave no sign.
	StoreRenewOpen Name = "internal/store/leases:renew-open"
	// StoreSettleOpen: inside ExpiredLeases: what the dead attempt did is read, and nothing is changed.
	StoreSettleOpen Name = "internal/store/leases:settle-open"
	// StoreSettleHalf: inside ExpiredLeases: the delivery has moved on, and its attempt is open.
	StoreSettleHalf Name = "internal/store/leases:settle-half"
)

// Places in internal/store/postgres.go.
const (
	// PostgresBeforeCommit: PostgreSQL: everything is written, and not committed.
	PostgresBeforeCommit Name = "internal/store/postgres:before-commit"
)

// Places in internal/store/writer.go.
const (
	// WriterBeforeCommit: SQLite: writes that wait together are written, and not committed.
	WriterBeforeCommit Name = "internal/store/writer:before-commit"
	// WriterBeforeCommitAlone: SQLite: a write of its own is written, and not committed.
	WriterBeforeCommitAlone Name = "internal/store/writer:before-commit-alone"
	// WriterCommitted: SQLite: writes are committed, and their callers do not know it yet.
	WriterCommitted Name = "internal/store/writer:committed"
)

// Places in channels/rest/rest.go.
const (
	// RestBeforeWrite: a request is not written.
	RestBeforeWrite Name = "channels/rest/rest:before-write"
	// RestAnswered: the headers of an answer are read.
	RestAnswered Name = "channels/rest/rest:answered"
	// RestRead: a whole answer is read.
	RestRead Name = "channels/rest/rest:read"
	// RestWritten: a request is written, and not answered.
	RestWritten Name = "channels/rest/rest:written"
)

// Places in channels/facebook/publish.go.
const (
	// FacebookUploaded: a photo is on Facebook, and its id is not committed.
	FacebookUploaded Name = "channels/facebook/publish:uploaded"
	// FacebookUploadSaved: the id of a photo is committed.
	FacebookUploadSaved Name = "channels/facebook/publish:upload-saved"
	// FacebookBeforeCreate: the point of no return is committed, and the call is not made.
	FacebookBeforeCreate Name = "channels/facebook/publish:before-create"
	// FacebookPublished: the post is public, and its id is not committed.
	FacebookPublished Name = "channels/facebook/publish:published"
	// FacebookStepSaved: the id of the post is committed, and its address is not read.
	FacebookStepSaved Name = "channels/facebook/publish:step-saved"
)

// Places in channels/facebook/graph.go.
const (
	// FacebookBeforeCall: a call to Facebook is not written.
	FacebookBeforeCall Name = "channels/facebook/graph:before-call"
	// FacebookAnswered: Facebook has answered, or not.
	FacebookAnswered Name = "channels/facebook/graph:answered"
)

// Places in channels/x/publish.go.
const (
	// XUploaded: a picture is on X, and its id is not committed.
	XUploaded Name = "channels/x/publish:uploaded"
	// XUploadSaved: the id of a picture is committed, and it has no alternative text.
	XUploadSaved Name = "channels/x/publish:upload-saved"
	// XBeforeCreate: the point of no return is committed, and the call is not made.
	XBeforeCreate Name = "channels/x/publish:before-create"
	// XPublished: the post is public, and only this process knows its id.
	XPublished Name = "channels/x/publish:published"
)

// Places in channels/wordpress/media.go.
const (
	// WordPressUploaded: a picture is on the site, and its id is not committed.
	WordPressUploaded Name = "channels/wordpress/media:uploaded"
	// WordPressUploadSaved: the id of a picture is committed, and it is not described.
	WordPressUploadSaved Name = "channels/wordpress/media:upload-saved"
)

// Places in channels/wordpress/publish.go.
const (
	// WordPressBeforeCreate: the point of no return is committed, and the call is not made.
	WordPressBeforeCreate Name = "channels/wordpress/publish:before-create"
	// WordPressCreated: the site has answered the creating call, or not.
	WordPressCreated Name = "channels/wordpress/publish:created"
	// WordPressBeforeStep: the article is public, and its id is not committed.
	WordPressBeforeStep Name = "channels/wordpress/publish:before-step"
	// WordPressStepSaved: the id of the article is committed, or could not be.
	WordPressStepSaved Name = "channels/wordpress/publish:step-saved"
)

// Places in channels/site/channel.go.
const (
	// SiteBeforeCreating: the pictures are stored, and the point of no return is not committed.
	SiteBeforeCreating Name = "channels/site/channel:before-creating"
	// SiteBeforePut: the point of no return is committed, and the article is not written.
	SiteBeforePut Name = "channels/site/channel:before-put"
	// SitePut: the article is public, and the delivery does not know it.
	SitePut Name = "channels/site/channel:put"
)
