package cap

// profile is what a hazard is to CAP, and what it asks of people while it lasts.
type profile struct {
	categories []Category
	response   ResponseType
	urgency    Urgency
	certainty  Certainty
}

// profileOf reads the key of a template. A hazard that is not known here, and
// words of one's own, are a matter of public safety that people are to follow.
func profileOf(hazard string) profile {
	now := func(response ResponseType, categories ...Category) profile {
		return profile{categories, response, Immediate, Observed}
	}
	switch hazard {
	case "water", "drinking_water", "unsafe_water", "eau":
		return now(Avoid, Health, Infra)
	case "water_cut", "water_outage":
		return now(Prepare, Infra)
	case "fire", "smoke", "fire_smoke", "fumee", "incendie":
		return now(Shelter, Fire, Env)
	case "flood", "inondation":
		return now(Avoid, Geo, Met)
	case "power", "power_cut", "outage", "coupure":
		return now(Prepare, Infra)
	case "evacuation":
		return now(Evacuate, Safety)
	case "shelter", "confinement":
		return now(Shelter, Safety)
	case "missing_person", "missing", "disparition":
		return now(Assess, Rescue, Security)
	case "storm", "wind", "tempete":
		return profile{[]Category{Met}, Prepare, Expected, Likely}
	case "heat", "cold", "snow", "ice", "canicule", "verglas":
		return profile{[]Category{Met}, Prepare, Expected, Likely}
	case "traffic", "road", "accident", "route":
		return now(Avoid, Transport)
	case "gas", "gas_leak", "gaz":
		return now(Avoid, Infra, CBRNE)
	case "chemical", "seveso", "pollution":
		return now(Shelter, CBRNE, Env)
	case "festival", "festivals", "event", "crowd":
		return now(Avoid, Safety)
	case "health", "epidemic":
		return now(Monitor, Health)
	default:
		return now(Monitor, Safety)
	}
}
