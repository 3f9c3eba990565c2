package calllog

import "callscout/settings"

// messageWords are the texts about messages in one language.
type messageWords struct {
	// channels are "SMS", "MMS", "WhatsApp message" for headings.
	sms, mms, whatsApp                                                           string
	from, to, toBy                                                               string
	fromWithheld                                                                 string
	sender, recipient, group, sentBy                                             string
	status, statusPending, statusSent, statusDelivered, statusRead, statusFailed string
	kind, category, template, parameters, freeUntil                              string
	empty, file, attached, follows, notYet, refused, lost                        string
	notArrived, message, lateFile, refusedByHelpScout                            string
	subjectSMS, subjectWhatsApp                                                  string
	createdByAircall                                                             string
	kinds, categories                                                            map[string]string
	refusals                                                                     map[string]string
}

func messageWordsFor(language settings.Language) messageWords {
	if w, known := messageCatalog[language]; known {
		return w
	}
	return messageCatalog[settings.English]
}

var messageCatalog = map[settings.Language]messageWords{
	settings.English: {
		sms: "SMS", mms: "MMS", whatsApp: "WhatsApp message",
		from: "%s from %s", to: "%s to %s", toBy: "%s to %s, sent by %s", fromWithheld: "a withheld number",
		sender: "From", recipient: "To", group: "Group", sentBy: "Sent by",
		status: "Status", statusPending: "not sent yet", statusSent: "sent", statusDelivered: "delivered", statusRead: "read",
		statusFailed: "not delivered",
		kind:         "Type", category: "Category", template: "Template", parameters: "Parameters",
		freeUntil: "A free answer is possible until %s; after that only with an approved template",
		empty:     "(no text)", file: "file", attached: "Attached: %s", follows: "%s: too large for this entry, follows in one of its own",
		notYet: "%s: could not be fetched yet; it is tried again", refused: "%s: not attached (%s)", lost: "%s: could not be fetched any more",
		notArrived: "Message not delivered", message: "Message", lateFile: "File of a message",
		refusedByHelpScout: "Help Scout does not take it",
		subjectSMS:         "SMS conversation with %s", subjectWhatsApp: "WhatsApp conversation with %s",
		createdByAircall: "Created automatically by Callscout for an Aircall message.",
		kinds: map[string]string{
			"regular": "regular", "free_entry_point": "answer to an advertisement", "free_customer_service": "customer service",
		},
		categories: map[string]string{"marketing": "marketing", "utility": "utility", "authentication": "authentication"},
		refusals: map[string]string{
			"too_large": "too large", "wrong_type": "this type of file is not taken", "forbidden_address": "its address is not allowed",
			"not_https": "its link is not secure", "expired": "its link is not valid any more", "empty": "it is empty", "bad_link": "it has no usable link",
		},
	},
	settings.German: {
		sms: "SMS", mms: "MMS", whatsApp: "WhatsApp-Nachricht",
		from: "%s von %s", to: "%s an %s", toBy: "%s an %s, gesendet von %s", fromWithheld: "unterdrückter Nummer",
		sender: "Von", recipient: "An", group: "Gruppe", sentBy: "Gesendet von",
		status: "Zustellung", statusPending: "noch nicht gesendet", statusSent: "gesendet", statusDelivered: "zugestellt", statusRead: "gelesen",
		statusFailed: "nicht zugestellt",
		kind:         "Art", category: "Kategorie", template: "Vorlage", parameters: "Angaben",
		freeUntil: "Eine freie Antwort ist bis %s möglich, danach nur mit einer genehmigten Vorlage",
		empty:     "(kein Text)", file: "Datei", attached: "Angehängt: %s", follows: "%s: zu groß für diesen Eintrag, folgt in einem eigenen",
		notYet: "%s: war noch nicht abrufbar und wird wieder versucht", refused: "%s: nicht angehängt (%s)", lost: "%s: war nicht mehr abrufbar",
		notArrived: "Nachricht nicht zugestellt", message: "Nachricht", lateFile: "Datei zu einer Nachricht",
		refusedByHelpScout: "Help Scout nimmt sie nicht an",
		subjectSMS:         "SMS-Unterhaltung mit %s", subjectWhatsApp: "WhatsApp-Unterhaltung mit %s",
		createdByAircall: "Von Callscout automatisch für eine Aircall-Nachricht angelegt.",
		kinds: map[string]string{
			"regular": "gewöhnlich", "free_entry_point": "Antwort auf eine Anzeige", "free_customer_service": "Kundendienst",
		},
		categories: map[string]string{"marketing": "Werbung", "utility": "Service", "authentication": "Anmeldung"},
		refusals: map[string]string{
			"too_large": "zu groß", "wrong_type": "diese Art von Datei wird nicht angenommen", "forbidden_address": "ihre Adresse ist nicht erlaubt",
			"not_https": "ihr Link ist nicht sicher", "expired": "ihr Link gilt nicht mehr", "empty": "sie ist leer", "bad_link": "sie hat keinen brauchbaren Link",
		},
	},
	settings.French: {
		sms: "SMS", mms: "MMS", whatsApp: "Message WhatsApp",
		from: "%s de %s", to: "%s à %s", toBy: "%s à %s, envoyé par %s", fromWithheld: "numéro masqué",
		sender: "De", recipient: "À", group: "Groupe", sentBy: "Envoyé par",
		status: "Statut", statusPending: "pas encore envoyé", statusSent: "envoyé", statusDelivered: "distribué", statusRead: "lu",
		statusFailed: "non distribué",
		kind:         "Type", category: "Catégorie", template: "Modèle", parameters: "Paramètres",
		freeUntil: "Une réponse libre est possible jusqu’au %s, ensuite seulement avec un modèle approuvé",
		empty:     "(pas de texte)", file: "fichier", attached: "Joint : %s", follows: "%s : trop volumineux pour cette entrée, suit dans une autre",
		notYet: "%s : pas encore récupéré, nouvel essai à venir", refused: "%s : non joint (%s)", lost: "%s : ne peut plus être récupéré",
		notArrived: "Message non distribué", message: "Message", lateFile: "Fichier d’un message",
		refusedByHelpScout: "Help Scout ne l’accepte pas",
		subjectSMS:         "Échange SMS avec %s", subjectWhatsApp: "Échange WhatsApp avec %s",
		createdByAircall: "Créé automatiquement par Callscout pour un message Aircall.",
		kinds: map[string]string{
			"regular": "ordinaire", "free_entry_point": "réponse à une annonce", "free_customer_service": "service client",
		},
		categories: map[string]string{"marketing": "publicité", "utility": "utilitaire", "authentication": "authentification"},
		refusals: map[string]string{
			"too_large": "trop volumineux", "wrong_type": "ce type de fichier n’est pas accepté", "forbidden_address": "son adresse n’est pas autorisée",
			"not_https": "son lien n’est pas sécurisé", "expired": "son lien n’est plus valable", "empty": "il est vide", "bad_link": "il n’a pas de lien utilisable",
		},
	},
	settings.Spanish: {
		sms: "SMS", mms: "MMS", whatsApp: "Mensaje de WhatsApp",
		from: "%s de %s", to: "%s a %s", toBy: "%s a %s, enviado por %s", fromWithheld: "un número oculto",
		sender: "De", recipient: "Para", group: "Grupo", sentBy: "Enviado por",
		status: "Estado", statusPending: "aún no enviado", statusSent: "enviado", statusDelivered: "entregado", statusRead: "leído",
		statusFailed: "no entregado",
		kind:         "Tipo", category: "Categoría", template: "Plantilla", parameters: "Parámetros",
		freeUntil: "Se puede responder libremente hasta el %s; después, solo con una plantilla aprobada",
		empty:     "(sin texto)", file: "archivo", attached: "Adjunto: %s", follows: "%s: demasiado grande para esta entrada, sigue en otra",
		notYet: "%s: aún no se pudo obtener; se volverá a intentar", refused: "%s: no adjuntado (%s)", lost: "%s: ya no se puede obtener",
		notArrived: "Mensaje no entregado", message: "Mensaje", lateFile: "Archivo de un mensaje",
		refusedByHelpScout: "Help Scout no lo acepta",
		subjectSMS:         "Conversación por SMS con %s", subjectWhatsApp: "Conversación por WhatsApp con %s",
		createdByAircall: "Creado automáticamente por Callscout para un mensaje de Aircall.",
		kinds: map[string]string{
			"regular": "normal", "free_entry_point": "respuesta a un anuncio", "free_customer_service": "atención al cliente",
		},
		categories: map[string]string{"marketing": "publicidad", "utility": "servicio", "authentication": "autenticación"},
		refusals: map[string]string{
			"too_large": "demasiado grande", "wrong_type": "este tipo de archivo no se admite", "forbidden_address": "su dirección no está permitida",
			"not_https": "su enlace no es seguro", "expired": "su enlace ya no es válido", "empty": "está vacío", "bad_link": "no tiene un enlace utilizable",
		},
	},
}
