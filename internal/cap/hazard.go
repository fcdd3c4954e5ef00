package cap

// profile is what a hazard is to CAP, and what it asks of people while it lasts.
type profile struct {
	categories []Category
	response   ResponseType
	urgency    Urgency
	certainty  Certainty
}

// profileOf reads the key of a ready text. A hazard that is not known here, and
// words of one's own, are a matter of public safety that people are to follow.
func profileOf(hazard string) profile {
	now := func(response ResponseType, categories ...Category) profile {
		return profile{categories, response, Immediate, Observed}
	}
	// soon is foretold, as weather is.
	soon := func(response ResponseType, categories ...Category) profile {
		return profile{categories, response, Expected, Likely}
	}
	switch hazard {
	case "water":
		return now(Avoid, Health, Infra)
	case "power":
		return now(Prepare, Infra)
	case "flood":
		return now(Avoid, Geo, Met)
	case "storm":
		return soon(Shelter, Met)
	case "heat", "cold":
		return soon(Prepare, Met, Health)
	case "fire":
		return now(Avoid, Fire)
	case "smoke":
		return now(Shelter, CBRNE, Fire, Env)
	case "gas":
		return now(Evacuate, Infra, Fire)
	case "accident":
		return now(Avoid, Transport)
	case "evacuation":
		return now(Evacuate, Safety, Rescue)
	case "missing_person":
		return now(Assess, Rescue, Security)
	case "terror":
		return now(Shelter, Security)
	case "hoax":
		// Nothing happens, and people are to know that.
		return profile{[]Category{Other}, None, UnknownUrgency, Observed}
	case "end":
		return profile{[]Category{Safety}, AllClear, Past, Observed}
	default:
		return now(Monitor, Safety)
	}
}
