package failpoint

// Name is a place in the way of a delivery. It is a number, so that nothing of
// it is in the program without the build tag; places.go holds its text.
type Name int

const (
	// Places in worker/dispatch.go.

	// DispatchBeforeMarking: nothing is marked as rung.
	DispatchBeforeMarking Name = iota
	// DispatchMarked: lanes are marked as rung, and no bell has rung.
	DispatchMarked
	// DispatchBeforeRing: the hour has come, and the bell has not rung.
	DispatchBeforeRing
	// DispatchRung: the queue took the bell.
	DispatchRung

	// Places in worker/publish.go.

	// LaneBeforeClaim: a lane is awake, and nothing is claimed.
	LaneBeforeClaim
	// LaneClaimed: the claim is committed.
	LaneClaimed
	// LaneBeforeNext: a delivery is done, and the lane has not looked for the next.
	LaneBeforeNext
	// TryBeforeOpen: the channel is read, and its credentials are not opened.
	TryBeforeOpen
	// TryBeforeCheck: the channel is open, and the rendering is not checked.
	TryBeforeCheck
	// CheckValid: the rendering is within the limits, and its pictures are not looked for.
	CheckValid
	// TryBeforeBegin: all is checked, and no attempt is committed.
	TryBeforeBegin
	// TryBegun: the attempt is committed, and nothing has left.
	TryBegun
	// TryAnswered: the channel has ended its work, well or not.
	TryAnswered
	// FinishBefore: the outcome is known, and not committed.
	FinishBefore
	// FinishCommitted: the outcome is committed.
	FinishCommitted
	// ChannelNoted: what the outcome says of the account is committed.
	ChannelNoted

	// Places in worker/attempt.go.

	// CreatingBefore: the parts are ready, and the point of no return is not committed.
	CreatingBefore
	// CreatingCommitted: the point of no return is committed, and the channel does not know it yet.
	CreatingCommitted
	// StepBefore: a part is on the network, and its id is not committed.
	StepBefore
	// PictureBefore: a picture is not read from the library.
	PictureBefore
	// PictureMade: a picture is ready to leave.
	PictureMade

	// Places in worker/leases.go.

	// LeasesBeforeRenewal: the time for a sign of life has come.
	LeasesBeforeRenewal
	// LeasesRenewed: the sign of life is committed.
	LeasesRenewed
	// LeasesBeforeSettling: dead claims are not looked for.
	LeasesBeforeSettling
	// LeasesSettled: a dead claim is settled and committed.
	LeasesSettled

	// Places in worker/reconcile.go.

	// ReconcileBeforeClaim: an unknown outcome is due for a reading, and not claimed.
	ReconcileBeforeClaim
	// ReconcileClaimed: the reading is claimed.
	ReconcileClaimed
	// ReconcileBeforeFind: what is known is gathered, and the account is not read.
	ReconcileBeforeFind
	// ReconcileRead: the account is read, and nothing is decided.
	ReconcileRead
	// ReconcileBeforeFinish: the verdict is made, and not committed.
	ReconcileBeforeFinish
	// ReconcileFinished: the verdict is committed.
	ReconcileFinished

	// Places in worker/renew.go.

	// RenewBeforeLease: credentials have ended, and no lease on their renewal is taken.
	RenewBeforeLease
	// RenewLeased: the lease is committed, and the network is not asked.
	RenewLeased
	// RenewAnswered: the network gave new credentials, which are nowhere else.
	RenewAnswered
	// RenewBeforeSave: new credentials are sealed, and not committed.
	RenewBeforeSave
	// RenewSaved: new credentials are committed.
	RenewSaved

	// Places in internal/store/ledger.go.

	// StoreClaimOpen: inside a claim: the row is taken, and its history is not read.
	StoreClaimOpen
	// StoreClaimSilent: inside a claim: all is written but the event.
	StoreClaimSilent
	// StoreClaimCommitted: the claim is committed, and the worker does not know it yet.
	StoreClaimCommitted

	// Places in internal/store/finish.go.

	// StoreBeginOpen: inside BeginAttempt: the delivery counts an attempt that does not stand yet.
	StoreBeginOpen
	// StoreCreatingOpen: inside Creating: the claim is held, and the attempt is not marked.
	StoreCreatingOpen
	// StoreStepOpen: inside SaveStep: the claim is held, and the step is not written.
	StoreStepOpen
	// StoreFinishOpen: inside Finish: the delivery has its state, and the attempt is open.
	StoreFinishOpen
	// StoreFinishSilent: inside Finish: all is written but the event.
	StoreFinishSilent
	// StoreFinishCommitted: the outcome is committed, and nobody is woken.
	StoreFinishCommitted

	// Places in internal/store/leases.go.

	// StoreRenewOpen: inside RenewLeases: the claims are prolonged, and the instance gave no sign.
	StoreRenewOpen
	// StoreSettleOpen: inside ExpiredLeases: what the dead attempt did is read, and nothing is changed.
	StoreSettleOpen
	// StoreSettleHalf: inside ExpiredLeases: the delivery has moved on, and its attempt is open.
	StoreSettleHalf

	// Places in internal/store/postgres.go.

	// PostgresBeforeCommit: PostgreSQL: everything is written, and not committed.
	PostgresBeforeCommit

	// Places in internal/store/writer.go.

	// WriterBeforeCommit: SQLite: writes that wait together are written, and not committed.
	WriterBeforeCommit
	// WriterBeforeCommitAlone: SQLite: a write of its own is written, and not committed.
	WriterBeforeCommitAlone
	// WriterCommitted: SQLite: writes are committed, and their callers do not know it yet.
	WriterCommitted

	// Places in channels/rest/rest.go.

	// RestBeforeWrite: a request is not written.
	RestBeforeWrite
	// RestAnswered: the headers of an answer are read.
	RestAnswered
	// RestRead: a whole answer is read.
	RestRead
	// RestWritten: a request is written, and not answered.
	RestWritten

	// Places in channels/facebook/publish.go.

	// FacebookUploaded: a photo is on Facebook, and its id is not committed.
	FacebookUploaded
	// FacebookUploadSaved: the id of a photo is committed.
	FacebookUploadSaved
	// FacebookBeforeCreate: the point of no return is committed, and the call is not made.
	FacebookBeforeCreate
	// FacebookPublished: the post is public, and its id is not committed.
	FacebookPublished
	// FacebookStepSaved: the id of the post is committed, and its address is not read.
	FacebookStepSaved

	// Places in channels/facebook/graph.go.

	// FacebookBeforeCall: a call to Facebook is not written.
	FacebookBeforeCall
	// FacebookAnswered: Facebook has answered, or not.
	FacebookAnswered

	// Places in channels/x/publish.go.

	// XUploaded: a picture is on X, and its id is not committed.
	XUploaded
	// XUploadSaved: the id of a picture is committed, and it has no alternative text.
	XUploadSaved
	// XBeforeCreate: the point of no return is committed, and the call is not made.
	XBeforeCreate
	// XPublished: the post is public, and only this process knows its id.
	XPublished

	// Places in channels/wordpress/media.go.

	// WordPressUploaded: a picture is on the site, and its id is not committed.
	WordPressUploaded
	// WordPressUploadSaved: the id of a picture is committed, and it is not described.
	WordPressUploadSaved

	// Places in channels/wordpress/publish.go.

	// WordPressBeforeCreate: the point of no return is committed, and the call is not made.
	WordPressBeforeCreate
	// WordPressCreated: the site has answered the creating call, or not.
	WordPressCreated
	// WordPressBeforeStep: the article is public, and its id is not committed.
	WordPressBeforeStep
	// WordPressStepSaved: the id of the article is committed, or could not be.
	WordPressStepSaved

	// Places in channels/site/channel.go.

	// SiteBeforeCreating: the pictures are stored, and the point of no return is not committed.
	SiteBeforeCreating
	// SiteBeforePut: the point of no return is committed, and the article is not written.
	SiteBeforePut
	// SitePut: the article is public, and the delivery does not know it.
	SitePut
)
