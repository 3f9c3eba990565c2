package desk

// installWords are told to who connects an account by OAuth, in a window that may be
// the vendor's.
var installWords = map[string][4]string{
	"notice.title": {"Connect an account", "Konto verbinden", "Connecter un compte", "Conectar una cuenta"},
	"notice.start": {"Callscout’s start page", "Startseite von Callscout", "Page d’accueil de Callscout", "Página de inicio de Callscout"},

	"notice.uninstalling":      {"This installation is being uninstalled", "Diese Installation wird gerade deinstalliert", "Cette installation est en cours de désinstallation", "Esta instalación se está desinstalando"},
	"notice.uninstalling.help": {"Nothing was changed. Wait a few minutes, then install again.", "Nichts wurde geändert. Warten Sie einige Minuten und installieren Sie dann neu.", "Rien n’a été changé. Attendez quelques minutes, puis installez de nouveau.", "No se cambió nada. Espere unos minutos y vuelva a instalar."},

	"notice.no_application":      {"{0} cannot be connected here", "{0} lässt sich hier nicht verbinden", "{0} ne peut pas être connecté ici", "{0} no se puede conectar aquí"},
	"notice.no_application.help": {"Whoever runs this Callscout has to set {1}. Until then, use an API key or an application of your own on the page Connect.", "Wer dieses Callscout betreibt, muss {1} setzen. Benutzen Sie bis dahin auf der Seite Verbinden einen API-Schlüssel oder eine eigene Anwendung.", "La personne qui exploite ce Callscout doit définir {1}. En attendant, utilisez une clé d’API ou votre propre application sur la page Connexion.", "Quien administra este Callscout tiene que definir {1}. Hasta entonces, use una clave de API o una aplicación propia en la página Conexión."},

	"notice.role":      {"Your role does not allow this", "Ihre Rolle erlaubt das nicht", "Votre rôle ne le permet pas", "Su rol no lo permite"},
	"notice.role.help": {"Nothing was changed. To connect accounts, one needs the role {0}. Ask somebody who has it, or whoever runs this Callscout.", "Nichts wurde geändert. Um Konten zu verbinden, braucht man die Rolle {0}. Fragen Sie jemanden, der sie hat, oder wer dieses Callscout betreibt.", "Rien n’a été changé. Pour connecter des comptes, il faut le rôle {0}. Demandez à une personne qui l’a, ou à celle qui exploite ce Callscout.", "No se cambió nada. Para conectar cuentas se necesita el rol {0}. Pregunte a alguien que lo tenga o a quien administra este Callscout."},

	"notice.refused":      {"The vendor refused the connection", "Der Anbieter lehnte die Verbindung ab", "Le fournisseur a refusé la connexion", "El proveedor rechazó la conexión"},
	"notice.refused.help": {"Begin again: each consent works once, and for a few minutes. If it fails again, ask whoever runs this Callscout to look into its log.", "Beginnen Sie neu: Jede Zustimmung gilt einmal und für einige Minuten. Scheitert es wieder, bitten Sie den Betreiber dieses Callscout, ins Log zu sehen.", "Recommencez : chaque accord vaut une fois, pendant quelques minutes. Si cela échoue encore, demandez à la personne qui exploite ce Callscout de consulter son journal.", "Empiece de nuevo: cada permiso vale una vez y durante unos minutos. Si vuelve a fallar, pida a quien administra este Callscout que mire su registro."},

	"notice.failed":      {"The account could not be connected", "Das Konto ließ sich nicht verbinden", "Le compte n’a pas pu être connecté", "No se pudo conectar la cuenta"},
	"notice.failed.help": {"Begin again in a minute. If it fails again, ask whoever runs this Callscout to look into its log.", "Beginnen Sie in einer Minute neu. Scheitert es wieder, bitten Sie den Betreiber dieses Callscout, ins Log zu sehen.", "Recommencez dans une minute. Si cela échoue encore, demandez à la personne qui exploite ce Callscout de consulter son journal.", "Empiece de nuevo dentro de un minuto. Si vuelve a fallar, pida a quien administra este Callscout que mire su registro."},

	"notice.stale":      {"This took too long, or was done before", "Das dauerte zu lange oder wurde schon einmal gemacht", "Cela a pris trop de temps, ou a déjà été fait", "Esto tardó demasiado o ya se hizo"},
	"notice.stale.help": {"Nothing was changed. Begin again, from Callscout or from Aircall’s dashboard.", "Nichts wurde geändert. Beginnen Sie neu, in Callscout oder in Aircalls Dashboard.", "Rien n’a été changé. Recommencez, depuis Callscout ou depuis le tableau de bord d’Aircall.", "No se cambió nada. Empiece de nuevo, desde Callscout o desde el panel de Aircall."},

	"notice.elsewhere":      {"This was begun elsewhere", "Das wurde anderswo begonnen", "Cela a été commencé ailleurs", "Esto se empezó en otro lugar"},
	"notice.elsewhere.help": {"Nothing was changed. Begin and end the connection in the same browser, with cookies allowed.", "Nichts wurde geändert. Beginnen und beenden Sie die Verbindung im selben Browser, mit erlaubten Cookies.", "Rien n’a été changé. Commencez et terminez la connexion dans le même navigateur, avec les cookies autorisés.", "No se cambió nada. Empiece y termine la conexión en el mismo navegador, con las cookies permitidas."},

	"notice.which":      {"Which installation is it for?", "Für welche Installation ist es?", "Pour quelle installation est-ce ?", "¿Para qué instalación es?"},
	"notice.which.help": {"Connect Aircall first. Then open the installation in Callscout, and connect Help Scout there.", "Verbinden Sie zuerst Aircall. Öffnen Sie dann die Installation in Callscout und verbinden Sie Help Scout dort.", "Connectez d’abord Aircall. Ouvrez ensuite l’installation dans Callscout et connectez-y Help Scout.", "Conecte primero Aircall. Después abra la instalación en Callscout y conecte allí Help Scout."},

	"notice.foreign":      {"This came from another site", "Das kam von einer anderen Seite", "Ceci vient d’un autre site", "Esto vino de otro sitio"},
	"notice.foreign.help": {"Nothing was changed. Begin in Callscout itself.", "Nichts wurde geändert. Beginnen Sie in Callscout selbst.", "Rien n’a été changé. Commencez dans Callscout même.", "No se cambió nada. Empiece en el propio Callscout."},

	"notice.unknown":      {"There is no such installation", "Diese Installation gibt es nicht", "Cette installation n’existe pas", "No existe esa instalación"},
	"notice.unknown.help": {"Choose one on Callscout’s start page.", "Wählen Sie eine auf der Startseite von Callscout.", "Choisissez-en une sur la page d’accueil de Callscout.", "Elija una en la página de inicio de Callscout."},

	"notice.signed_out":      {"You are not signed in any more", "Sie sind nicht mehr angemeldet", "Vous n’êtes plus connecté", "Su sesión ya no está abierta"},
	"notice.signed_out.help": {"Nothing was changed. Sign in to Callscout, and begin again.", "Nichts wurde geändert. Melden Sie sich bei Callscout an und beginnen Sie neu.", "Rien n’a été changé. Connectez-vous à Callscout et recommencez.", "No se cambió nada. Inicie sesión en Callscout y empiece de nuevo."},

	"notice.denied":      {"Access was not given", "Der Zugang wurde nicht gegeben", "L’accès n’a pas été donné", "No se dio acceso"},
	"notice.denied.help": {"{0} says that access was refused. Nothing was changed. To connect, begin again and allow the access.", "{0} sagt, dass der Zugang verweigert wurde. Nichts wurde geändert. Um zu verbinden, beginnen Sie neu und erlauben Sie den Zugang.", "{0} indique que l’accès a été refusé. Rien n’a été changé. Pour connecter, recommencez et autorisez l’accès.", "{0} dice que se negó el acceso. No se cambió nada. Para conectar, empiece de nuevo y permita el acceso."},

	"notice.incomplete":      {"This address is not complete", "Diese Adresse ist nicht vollständig", "Cette adresse n’est pas complète", "Esta dirección no está completa"},
	"notice.incomplete.help": {"{0} sent no code. Nothing was changed. Begin again.", "{0} sandte keinen Code. Nichts wurde geändert. Beginnen Sie neu.", "{0} n’a pas envoyé de code. Rien n’a été changé. Recommencez.", "{0} no envió ningún código. No se cambió nada. Empiece de nuevo."},

	"notice.taken":      {"This Aircall account belongs to another installation", "Dieses Aircall-Konto gehört zu einer anderen Installation", "Ce compte Aircall appartient à une autre installation", "Esta cuenta de Aircall pertenece a otra instalación"},
	"notice.taken.help": {"It is connected to the installation «{0}». Sign in to Aircall with the other account, or uninstall that installation first.", "Es ist mit der Installation «{0}» verbunden. Melden Sie sich bei Aircall mit dem anderen Konto an, oder deinstallieren Sie zuerst jene Installation.", "Il est connecté à l’installation « {0} ». Connectez-vous à Aircall avec l’autre compte, ou désinstallez d’abord cette installation.", "Está conectada a la instalación «{0}». Inicie sesión en Aircall con la otra cuenta o desinstale antes esa instalación."},

	"notice.other_aircall":      {"This is another Aircall account", "Das ist ein anderes Aircall-Konto", "C’est un autre compte Aircall", "Es otra cuenta de Aircall"},
	"notice.other_aircall.help": {"The installation «{0}» belongs to another company of Aircall. Sign in to Aircall with that account.", "Die Installation «{0}» gehört zu einer anderen Firma bei Aircall. Melden Sie sich bei Aircall mit deren Konto an.", "L’installation « {0} » appartient à une autre entreprise chez Aircall. Connectez-vous à Aircall avec ce compte-là.", "La instalación «{0}» pertenece a otra empresa de Aircall. Inicie sesión en Aircall con esa cuenta."},

	"notice.other_helpscout":      {"This is another Help Scout account", "Das ist ein anderes Help-Scout-Konto", "C’est un autre compte Help Scout", "Es otra cuenta de Help Scout"},
	"notice.other_helpscout.help": {"The installation «{0}» belongs to another account. Sign in to Help Scout with that account, or uninstall the installation first.", "Die Installation «{0}» gehört zu einem anderen Konto. Melden Sie sich bei Help Scout mit jenem Konto an, oder deinstallieren Sie zuerst die Installation.", "L’installation « {0} » appartient à un autre compte. Connectez-vous à Help Scout avec ce compte-là, ou désinstallez d’abord l’installation.", "La instalación «{0}» pertenece a otra cuenta. Inicie sesión en Help Scout con esa cuenta o desinstale antes la instalación."},

	"which.title":     {"Connect Aircall", "Aircall verbinden", "Connecter Aircall", "Conectar Aircall"},
	"which.heading":   {"Which installation is this Aircall account for?", "Für welche Installation ist dieses Aircall-Konto?", "Pour quelle installation est ce compte Aircall ?", "¿Para qué instalación es esta cuenta de Aircall?"},
	"which.intro":     {"These have no Aircall account yet. Aircall asks for your consent next.", "Diese haben noch kein Aircall-Konto. Als Nächstes fragt Aircall nach Ihrer Zustimmung.", "Celles-ci n’ont pas encore de compte Aircall. Aircall demande ensuite votre accord.", "Estas todavía no tienen cuenta de Aircall. Después Aircall pide su permiso."},
	"which.this":      {"Connect {0}", "{0} verbinden", "Connecter {0}", "Conectar {0}"},
	"which.none":      {"None of these", "Keine von diesen", "Aucune de celles-ci", "Ninguna de estas"},
	"which.none.help": {"Callscout then takes the installation that this account had before, or makes a new one with the company’s name.", "Callscout nimmt dann die Installation, die dieses Konto schon hatte, oder legt eine neue mit dem Namen der Firma an.", "Callscout prend alors l’installation que ce compte avait déjà, ou en crée une nouvelle au nom de l’entreprise.", "Callscout toma entonces la instalación que esta cuenta ya tenía o crea una nueva con el nombre de la empresa."},
}
