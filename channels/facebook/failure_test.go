package facebook_test

import (
	"fmt"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/simulator"
)

// errorCases is the table of Meta's error codes, on a creating call.
func errorCases() []channeltest.ErrorCase {
	rows := []struct {
		code, subcode int
		kind          channels.Kind
	}{
		{190, 458, channels.Auth},
		{190, 459, channels.Auth},
		{190, 460, channels.Auth},
		{190, 463, channels.Auth},
		{190, 464, channels.Auth},
		{190, 466, channels.Auth},
		{190, 467, channels.Auth},
		{190, 492, channels.Auth},
		{190, 2069032, channels.Internal},
		{190, 0, channels.Auth},
		{102, 0, channels.Auth},
		{104, 0, channels.Internal},
		{10, 0, channels.Permission},
		{200, 0, channels.Permission},
		{299, 0, channels.Permission},
		{3, 0, channels.Permission},
		{1, 2853006, channels.Permission},
		{100, 0, channels.Rejected},
		{100, 33, channels.Rejected},
		{100, 2069019, channels.MediaRefused},
		{324, 2069019, channels.MediaRefused},
		{324, 0, channels.MediaRefused},
		{100, 1366046, channels.MediaRefused},
		{100, 1609008, channels.Rejected},
		{100, 2061006, channels.Rejected},
		{100, 1349125, channels.Rejected},
		{1609005, 0, channels.Rejected},
		{1, 0, channels.UnknownOutcome},
		{2, 0, channels.UnknownOutcome},
		{4, 0, channels.RateLimited},
		{4, 2207051, channels.Policy},
		{17, 0, channels.RateLimited},
		{32, 0, channels.RateLimited},
		{80001, 0, channels.RateLimited},
		{80002, 0, channels.RateLimited},
		{613, 0, channels.RateLimited},
		{341, 0, channels.RateLimited},
		{368, 0, channels.Policy},
		{368, 1390008, channels.Policy},
		{368, 1346003, channels.Policy},
		{368, 1404006, channels.Policy},
		{368, 1404102, channels.Policy},
		{368, 1404112, channels.Policy},
		{506, 0, channels.Duplicate},
		{506, 1455006, channels.Duplicate},
		{1366051, 0, channels.Duplicate},
		{1404078, 0, channels.Auth},
		{4854002, 0, channels.Auth},
		{12, 0, channels.Internal},
		{2500, 0, channels.Internal},
		{999, 0, channels.UnknownOutcome}, // a code that nobody knows
	}
	var cases []channeltest.ErrorCase
	for _, row := range rows {
		code := fmt.Sprintf("facebook.%d", row.code)
		if row.subcode != 0 {
			code += fmt.Sprintf(".%d", row.subcode)
		}
		fault := simulator.FacebookError(row.code, row.subcode)
		fault.Operation = "post"
		cases = append(cases, channeltest.ErrorCase{Name: code, Fault: fault, Kind: row.kind, Code: code})
	}
	return cases
}
