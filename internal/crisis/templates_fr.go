package crisis

import "github.com/crieur/crieur/internal/post"

// builtIn are the ready texts: what, where, what to do, until when, whom to
// call. Each fits on X with its number, its hour, the next hour and the link.
// The advice is that of the Belgian crisis centre; every commune may say it in
// its own words.
func builtIn() []Template {
	return []Template{
		{
			Hazard: "water", Name: "Eau non potable ou coupée", Icon: "droplet", Severity: post.AlertSevere,
			Title:      "Eau non potable : {lieu}",
			Message:    "Ne buvez pas l’eau du robinet, même bouillie. {consigne}. Jusqu’à {fin}. Infos : {contact}.",
			Update:     "L’eau n’est toujours pas potable : {lieu}. Ne la buvez pas, même bouillie. {consigne}. Jusqu’à {fin}.",
			End:        "L’eau du robinet est de nouveau potable : {lieu}. Laissez-la couler 5 minutes avant de la boire. Merci de votre patience.",
			Correction: "Notre alerte sur l’eau était une erreur. L’eau du robinet est potable : {lieu}. Veuillez nous excuser.",
			Blanks: []Blank{
				place("rue Haute et rue Basse"),
				advice("De l’eau est distribuée place du Marché", "De l’eau est distribuée à la maison communale", "Attendez notre prochain message"),
				until("un nouvel avis"), contact(),
			},
		},
		{
			Hazard: "power", Name: "Panne d’électricité", Icon: "bolt", Severity: post.AlertModerate,
			Title:      "Panne d’électricité : {lieu}",
			Message:    "Retour prévu : {fin}. Laissez libres les lignes du 112. Veillez sur vos voisins âgés ou malades. {consigne}. Infos : {contact}.",
			Update:     "La panne d’électricité continue : {lieu}. Retour prévu : {fin}. {consigne}.",
			End:        "L’électricité est revenue : {lieu}. Rallumez vos appareils l’un après l’autre. Merci de votre patience.",
			Correction: "Notre alerte sur une panne d’électricité était une erreur : {lieu}. Veuillez nous excuser.",
			Blanks: []Blank{
				place("Haut-Village"), until("vers 18 h", "inconnu pour le moment"),
				advice("Un point chaud est ouvert à l’école", "Débranchez plaques et fours"), contact(),
			},
		},
		{
			Hazard: "flood", Name: "Inondation", Icon: "waves", Severity: post.AlertSevere,
			Title:      "Inondation : {lieu}",
			Message:    "Montez à l’étage. N’allez ni dans les caves ni sur les routes inondées. {consigne}. Danger : 112. Sans danger de vie : 1722.",
			Update:     "L’eau monte encore : {lieu}. Restez à l’étage et loin des berges. {consigne}. Jusqu’à {fin}.",
			End:        "L’eau est redescendue : {lieu}. N’entrez dans une cave qu’après avoir coupé l’électricité. Photographiez les dégâts pour votre assurance.",
			Correction: "Notre alerte d’inondation était une erreur : {lieu}. Il n’y a pas de danger. Veuillez nous excuser.",
			Blanks: []Blank{
				place("quais de la Meuse"),
				advice("Des sacs de sable attendent au hall communal", "Garez vos voitures en hauteur"), until("cette nuit"),
			},
		},
		{
			Hazard: "storm", Name: "Tempête", Icon: "wind", Severity: post.AlertSevere,
			Title:      "Tempête : {lieu}",
			Message:    "Restez à l’intérieur, loin des arbres. Rentrez ce qui peut s’envoler. {consigne}. Jusqu’à {fin}. Danger : 112. Dégâts : 1722.",
			Update:     "La tempête continue : {lieu}. Restez à l’intérieur. {consigne}. Jusqu’à {fin}.",
			End:        "La tempête est passée : {lieu}. Ne touchez pas aux câbles à terre et signalez-les au 112. Restez prudents sous les arbres.",
			Correction: "Notre alerte de tempête était une erreur : {lieu}. Veuillez nous excuser.",
			Blanks: []Blank{
				place("toute la commune"), advice("Les parcs et les bois sont fermés", "Les écoles restent fermées"), until("minuit"),
			},
		},
		{
			Hazard: "fire", Name: "Incendie", Icon: "flame", Severity: post.AlertSevere,
			Title:      "Incendie : {lieu}",
			Message:    "Évitez l’endroit et laissez passer les secours. Si vous sentez la fumée : fermez portes et fenêtres, coupez la ventilation. {consigne}.",
			Update:     "Les pompiers combattent toujours le feu : {lieu}. Évitez l’endroit. {consigne}. Jusqu’à {fin}.",
			End:        "L’incendie est éteint : {lieu}. Aérez vos maisons. Merci d’avoir laissé la place aux secours.",
			Correction: "Notre alerte d’incendie était une erreur : {lieu}. Il n’y a pas de danger. Veuillez nous excuser.",
			Blanks: []Blank{
				place("zoning des Prés"), advice("La rue du Moulin est fermée", "Déviation par la N90"), until("ce soir"),
			},
		},
		{
			Hazard: "gas", Name: "Fuite de gaz", Icon: "gas", Severity: post.AlertExtreme,
			Title:      "Fuite de gaz : {lieu}",
			Message:    "Quittez l’endroit à pied. Ni flamme, ni cigarette, ni interrupteur, ni sonnette. N’appelez le 112 que de loin. {consigne}.",
			Update:     "La fuite de gaz n’est pas encore réparée : {lieu}. N’approchez pas. {consigne}. Jusqu’à {fin}.",
			End:        "La fuite de gaz est réparée : {lieu}. Vous pouvez rentrer chez vous. Aérez avant d’allumer quoi que ce soit.",
			Correction: "Notre alerte sur une fuite de gaz était une erreur : {lieu}. Il n’y a pas de danger. Veuillez nous excuser.",
			Blanks: []Blank{
				place("rue de l’Église, n° 1 à 60"), advice("Accueil à la salle communale", "Suivez les consignes de la police"), until("cet après-midi"),
			},
		},
		{
			Hazard: "accident", Name: "Accident ou route fermée", Icon: "car", Severity: post.AlertModerate,
			Title:      "Accident : {lieu}",
			Message:    "La route est fermée. Évitez l’endroit et laissez passer les secours. {consigne}. Jusqu’à {fin}.",
			Update:     "La route reste fermée : {lieu}. {consigne}. Jusqu’à {fin}.",
			End:        "La route est rouverte : {lieu}. Merci de votre patience.",
			Correction: "Notre message sur un accident était une erreur : {lieu}. La route est ouverte. Veuillez nous excuser.",
			Blanks: []Blank{
				place("N90, au pont de Valmeuse"), advice("Déviation par la rue du Moulin", "Suivez la police"), until("vers 17 h"),
			},
		},
		{
			Hazard: "evacuation", Name: "Évacuation", Icon: "exit", Severity: post.AlertExtreme,
			Title:      "Évacuation : {lieu}",
			Message:    "Quittez votre maison maintenant, dans le calme. Prenez papiers, médicaments et téléphone. Aidez vos voisins. {consigne}. Infos : {contact}.",
			Update:     "L’évacuation continue : {lieu}. Ne rentrez pas chez vous. {consigne}. Infos : {contact}.",
			End:        "L’évacuation est levée : {lieu}. Vous pouvez rentrer chez vous. Merci de votre calme.",
			Correction: "Notre message d’évacuation était une erreur : {lieu}. Restez chez vous, il n’y a pas de danger. Veuillez nous excuser.",
			Blanks: []Blank{
				place("rues à moins de 200 m de la gare"), advice("Accueil au hall des sports", "Des bus partent de l’église"), contact(),
			},
		},
		{
			Hazard: "missing_person", Name: "Disparition", Icon: "person", Severity: post.AlertModerate,
			Title:      "Disparition : {quoi}",
			Message:    "Dernière fois vue : {lieu}. {consigne}. Si vous la voyez, restez près d’elle et appelez le {contact}.",
			Update:     "Nous cherchons toujours : {quoi}. Dernière fois vue : {lieu}. {consigne}. Appelez le {contact}.",
			End:        "La personne que nous cherchions est retrouvée. Merci à tous. Effacez vos partages, par respect pour elle.",
			Correction: "Notre avis de disparition était une erreur. Effacez vos partages. Veuillez nous excuser.",
			Blanks: []Blank{
				{Key: "quoi", Label: "Qui (sans nom si la famille ou le parquet ne l’a pas permis)", Example: "femme, 82 ans", Suggestions: []string{}, Required: true},
				place("gare, vers 16 h"), advice("Manteau rouge, cheveux blancs, marche avec une canne"),
				{Key: "contact", Label: "Numéro à appeler", Example: "101", Suggestions: []string{"101", "0800 30 300"}, Required: true},
			},
		},
		{
			Hazard: "heat", Name: "Forte chaleur", Icon: "sun", Severity: post.AlertModerate,
			Title:      "Forte chaleur jusqu’à {fin}",
			Message:    "Buvez de l’eau sans attendre la soif. Fermez volets et rideaux. Prenez des nouvelles des personnes seules. {consigne}. Malaise : 112.",
			Update:     "La chaleur continue jusqu’à {fin}. Buvez, restez au frais, pensez aux personnes seules. {consigne}.",
			End:        "La forte chaleur est passée. Merci d’avoir veillé les uns sur les autres.",
			Correction: "Notre alerte de chaleur était une erreur. Veuillez nous excuser.",
			Blanks: []Blank{
				{Key: "fin", Label: "Jusqu’à quand", Example: "vendredi", Suggestions: []string{"demain soir", "vendredi", "dimanche"}, Required: true},
				advice("Salle fraîche à la bibliothèque", "Il est interdit de faire du feu dehors"),
			},
		},
		{
			Hazard: "cold", Name: "Froid, neige ou verglas", Icon: "snowflake", Severity: post.AlertModerate,
			Title:      "Neige et verglas : {lieu}",
			Message:    "Ne prenez la route que si c’est indispensable. Dégagez votre trottoir. Prenez des nouvelles des personnes seules. {consigne}.",
			Update:     "Les routes restent glissantes : {lieu}. Déplacez-vous le moins possible. {consigne}. Jusqu’à {fin}.",
			End:        "Les routes sont de nouveau praticables : {lieu}. Restez prudents à l’ombre et sur les ponts.",
			Correction: "Notre alerte de neige et de verglas était une erreur : {lieu}. Veuillez nous excuser.",
			Blanks: []Blank{
				place("toute la commune"), advice("Les bus scolaires ne roulent pas", "Salle chauffée à la maison communale"), until("demain midi"),
			},
		},
		{
			Hazard: "smoke", Name: "Fumée ou produit dangereux", Icon: "cloud", Severity: post.AlertExtreme,
			Title:      "Fumée dangereuse : {lieu}",
			Message:    "Rentrez. Fermez portes et fenêtres, coupez la ventilation. Laissez les enfants à l’école : ils y sont à l’abri. {consigne}.",
			Update:     "La fumée est toujours là : {lieu}. Restez à l’intérieur, fenêtres fermées. {consigne}. Jusqu’à {fin}.",
			End:        "Il n’y a plus de fumée dangereuse : {lieu}. Sortez, puis ouvrez grand les fenêtres.",
			Correction: "Notre alerte sur une fumée était une erreur : {lieu}. Il n’y a pas de danger. Veuillez nous excuser.",
			Blanks: []Blank{
				place("autour du zoning des Prés"), advice("Ne mangez rien de votre jardin", "Attendez notre prochain message"), until("ce soir"),
			},
		},
		{
			Hazard: "terror", Name: "Menace grave", Icon: "shield", Severity: post.AlertExtreme,
			Title:      "Menace grave : {lieu}",
			Message:    "Éloignez-vous de l’endroit ou restez à l’abri. Suivez la police. Ne partagez ni rumeurs ni images des policiers. {consigne}. Danger : 112.",
			Update:     "La menace continue : {lieu}. Restez à l’abri et suivez la police. {consigne}.",
			End:        "La menace est levée : {lieu}. Vous pouvez circuler. Merci de votre calme.",
			Correction: "Notre alerte sur une menace était une erreur : {lieu}. Il n’y a pas de danger. Veuillez nous excuser.",
			Blanks: []Blank{
				place("centre-ville"), advice("Les écoles gardent les enfants", "Fermez votre porte à clé"),
			},
		},
		{
			Hazard: "hoax", Name: "Démenti d’une rumeur", Icon: "megaphone", Severity: post.AlertMinor,
			Title:      "Rumeur fausse : {quoi}",
			Message:    "C’est faux : {quoi}. {consigne}. Ne partagez pas ce message. Seules nos pages disent ce que la commune dit. Infos : {contact}.",
			Update:     "La rumeur circule toujours, et elle est toujours fausse : {quoi}. {consigne}.",
			End:        "La rumeur ne circule plus. Merci de ne pas l’avoir partagée.",
			Correction: "Notre démenti contenait une erreur. {consigne}. Veuillez nous excuser.",
			Blanks: []Blank{
				{Key: "quoi", Label: "Ce que dit la rumeur, en quelques mots", Example: "école fermée demain", Suggestions: []string{}, Required: true},
				advice("L’école est ouverte demain comme d’habitude"), contact(),
			},
		},
		{
			Hazard: "end", Name: "Fin d’alerte", Icon: "check", Severity: post.AlertMinor,
			Title:      "Fin d’alerte : {lieu}",
			Message:    "Le danger est passé. Vous pouvez reprendre vos activités. {consigne}. Merci de votre aide. Infos : {contact}.",
			Update:     "Le danger est passé : {lieu}. {consigne}.",
			End:        "Tout est rentré dans l’ordre : {lieu}. Merci de votre aide.",
			Correction: "Le danger n’est pas passé : {lieu}. Suivez toujours nos consignes. Veuillez nous excuser.",
			Blanks: []Blank{
				place("toute la commune"), advice("Restez prudents près des berges", "Signalez les dégâts à la commune"), contact(),
			},
		},
	}
}

func place(example string) Blank {
	return Blank{Key: "lieu", Label: "Où", Example: example, Suggestions: []string{"toute la commune"}, Required: true}
}

func advice(example string, more ...string) Blank {
	return Blank{Key: "consigne", Label: "Consigne ou précision", Example: example, Suggestions: append([]string{example}, more...)}
}

func until(example string, more ...string) Blank {
	return Blank{Key: "fin", Label: "Jusqu’à quand", Example: example, Suggestions: append([]string{example}, more...)}
}

func contact() Blank {
	return Blank{Key: "contact", Label: "Qui appeler", Example: "04 123 45 67", Suggestions: []string{}}
}
