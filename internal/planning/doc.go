// Package planning holds the use cases on the plan: what stands on some days
// (days.go), which of the commune's slots are free (slots.go), the holidays that
// a planner must see (holidays.go, school.go), the settings that slots, signature
// and tags come from (settings.go), and each person's private feed of the plan
// (feed.go).
package planning
