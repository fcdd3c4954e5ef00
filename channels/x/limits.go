package x

import (
	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/media"
)

// Limits implements channels.Driver. They are those of an ordinary account;
// Premium accounts may write more, which the API does not tell.
//
// X states no bounds for the sides and the shape of a picture. It shows
// pictures at up to 1600 pixels and opens them whole when they are tapped, so
// they are shrunk to that and never cropped: a poster keeps its edges.
// Animated GIFs go alone and are not offered.
func (Driver) Limits(channels.Settings) channels.Limits {
	return channels.Limits{
		Text: channels.TextLimit{
			Max: adapt.XMaxLength, Rule: channels.CountXWeighted,
			Source: channels.Source{URL: "https://docs.x.com/fundamentals/counting-characters", Date: "2026-08-22"},
		},
		Images: channels.ImageLimit{
			Max: 4, AltMax: 1000,
			Spec: media.Spec{
				Formats:  []media.Format{media.JPEG, media.PNG, media.WebP},
				MaxBytes: 5_000_000,
				MaxWidth: 1600, MaxHeight: 1600,
			},
			Source: channels.Source{URL: "https://docs.x.com/x-api/media/quickstart/best-practices", Date: "2026-08-22"},
		},
		LinkLength: adapt.XLinkLength,
		Cost: channels.Cost{
			Currency: "USD", Post: 0.015, WithLink: 0.20, AltText: 0.005,
			Source: channels.Source{URL: "https://docs.x.com/x-api/getting-started/pricing", Date: "2026-08-22"},
		},
	}
}

// cost is what X charges for a rendering: a post with a link has another price
// than one without, and each alternative text is a call of its own.
func cost(price channels.Cost, r channels.Rendered) *channels.Amount {
	// Whole thousandths, so that sums stay exact.
	const unit = 1000
	thousandths := func(amount float64) int { return int(amount*unit + 0.5) }
	total := thousandths(price.Post)
	if len(adapt.Links(r.Text)) > 0 {
		total = thousandths(price.WithLink)
	}
	for _, image := range r.Images {
		if image.Alt != "" {
			total += thousandths(price.AltText)
		}
	}
	return &channels.Amount{Amount: float64(total) / unit, Currency: price.Currency}
}
