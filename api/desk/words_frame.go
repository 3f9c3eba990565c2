package desk

// frameWords are the texts around every page, and those of sign-in and errors.
var frameWords = map[string][4]string{
	"frame.error":        {"Error", "Fehler", "Erreur", "Error"},
	"frame.skip":         {"Skip to the content", "Zum Inhalt", "Aller au contenu", "Ir al contenido"},
	"frame.menu":         {"Pages", "Seiten", "Pages", "Páginas"},
	"frame.news":         {"What was done", "Was getan wurde", "Ce qui a été fait", "Lo que se hizo"},
	"frame.signed_in":    {"Signed in as {0}", "Angemeldet als {0}", "Connecté en tant que {0}", "Sesión iniciada como {0}"},
	"frame.signout":      {"Sign out", "Abmelden", "Se déconnecter", "Cerrar sesión"},
	"frame.language":     {"Language", "Sprache", "Langue", "Idioma"},
	"frame.choose":       {"Change", "Ändern", "Changer", "Cambiar"},
	"frame.zone":         {"Times are in UTC.", "Zeiten stehen in UTC.", "Les heures sont en UTC.", "Las horas están en UTC."},
	"frame.problem":      {"There is a problem", "Es gibt ein Problem", "Il y a un problème", "Hay un problema"},
	"frame.in_audit":     {"See the audit", "Im Protokoll ansehen", "Voir le journal", "Ver el registro"},
	"frame.changes.one":  {"{0} value changed.", "{0} Wert geändert.", "{0} valeur modifiée.", "{0} valor cambiado."},
	"frame.changes.many": {"{0} values changed.", "{0} Werte geändert.", "{0} valeurs modifiées.", "{0} valores cambiados."},

	"language.en": {"English", "English", "English", "English"},
	"language.de": {"Deutsch", "Deutsch", "Deutsch", "Deutsch"},
	"language.fr": {"Français", "Français", "Français", "Français"},
	"language.es": {"Español", "Español", "Español", "Español"},

	"ago.now":          {"just now", "gerade eben", "à l’instant", "ahora mismo"},
	"ago.minutes.one":  {"{0} minute ago", "vor {0} Minute", "il y a {0} minute", "hace {0} minuto"},
	"ago.minutes.many": {"{0} minutes ago", "vor {0} Minuten", "il y a {0} minutes", "hace {0} minutos"},
	"ago.hours.one":    {"{0} hour ago", "vor {0} Stunde", "il y a {0} heure", "hace {0} hora"},
	"ago.hours.many":   {"{0} hours ago", "vor {0} Stunden", "il y a {0} heures", "hace {0} horas"},
	"ago.days.one":     {"{0} day ago", "vor {0} Tag", "il y a {0} jour", "hace {0} día"},
	"ago.days.many":    {"{0} days ago", "vor {0} Tagen", "il y a {0} jours", "hace {0} días"},

	"error.title":        {"Not possible", "Nicht möglich", "Impossible", "No es posible"},
	"error.start":        {"Go to the start page", "Zur Startseite", "Aller à la page d’accueil", "Ir a la página de inicio"},
	"error.missing":      {"This page is not there", "Diese Seite gibt es nicht", "Cette page n’existe pas", "Esta página no existe"},
	"error.missing.help": {"The address may be misspelt, or the installation was taken away.", "Die Adresse ist vielleicht falsch geschrieben, oder die Installation wurde entfernt.", "L’adresse est peut-être mal écrite, ou l’installation a été retirée.", "Puede que la dirección esté mal escrita o que la instalación se haya retirado."},
	"error.store":        {"Callscout could not do this", "Callscout konnte das nicht tun", "Callscout n’a pas pu le faire", "Callscout no pudo hacerlo"},
	"error.store.help":   {"Nothing was changed that you do not see. Try again; if it goes on, Callscout’s log says more.", "Geändert ist nur, was Sie sehen. Versuchen Sie es erneut; bleibt es so, sagt Callscouts Log mehr.", "Rien n’a changé que vous ne voyiez. Réessayez ; si cela persiste, le journal de Callscout en dit plus.", "No se cambió nada que no vea. Inténtelo de nuevo; si continúa, el registro de Callscout dice más."},
	"error.large":        {"This form is too large", "Dieses Formular ist zu groß", "Ce formulaire est trop grand", "Este formulario es demasiado grande"},
	"error.large.help":   {"Write less, then send it again.", "Schreiben Sie weniger und senden Sie es erneut.", "Écrivez moins, puis renvoyez-le.", "Escriba menos y envíelo de nuevo."},
	"error.other":        {"This was not accepted", "Das wurde nicht angenommen", "Ceci n’a pas été accepté", "Esto no se aceptó"},
	"error.other.help":   {"Nothing was changed. Open the page again and repeat what you did; a number or an inbox may have gone in between.", "Nichts wurde geändert. Öffnen Sie die Seite erneut und wiederholen Sie den Schritt; eine Nummer oder ein Postfach kann inzwischen weg sein.", "Rien n’a été changé. Rouvrez la page et recommencez ; un numéro ou une boîte a pu disparaître entre-temps.", "No se cambió nada. Abra la página de nuevo y repita el paso; puede que un número o un buzón haya desaparecido entretanto."},
}
