"""Sentences of the domain with something to fill in. The first that fits is taken, so the more special stand first.

What stands for `scale`, `thing` or `said` is translated as well; names and numbers stay as they are.
"""

from django.utils.translation import gettext_noop as _

REFUSALS = (
    _("Choose at least one of the events {events}."),
    _("No host {host} was found."),
    _("The address must be at most {most} letters and signs of ASCII, without blanks."),
    _("The address must begin with https://; http is for hosts that the operator allows, not {host}."),
    _("The answer was not HTTP ({kind})."),
    _("The certificate is not good: {reason}."),
    _("The connection failed: {reason}."),
    _("The study has {most} webhooks; take one away first."),
    _("There was no answer within {seconds} seconds."),
    _("{host} is not at a public address, and the operator does not allow it."),
    _(
        "Nothing was learnt: of the {wanted} newly settled labels that the study asks for after a candidate there are "
        "{found}."
    ),
    _("Only your last {votes} votes can be taken back, within {minutes} minutes."),
    _("You can try again after {moment} UTC."),
    _("At most {most} files are taken at once; send them as one zip."),
    _(
        "The weights of {name} were dropped on {day}: it can be looked up, but not used. Registering the same version "
        "again brings them back."
    ),
    _("The text has {length} characters; a remark takes at most {most}."),
    _("The keys are at most {most} characters of text."),
    _("The key {key} would do two things: {first} and {second}."),
    _("Line {number} is not of the form “action = key”."),
    _("Line {number}: there is no such action; the actions are {actions}."),
    _("Line {number}: a key is one letter, digit or sign, or one of {names}."),
    _("Unknown scales: {unknown}. Known: {known}."),
    _("The votes are tied on {scales}; decide that too."),
    _("The picture has more than {most} MiB."),
    _("The note has {length} characters; the most is {most}."),
    _("The scale must be one of {scales}, not {other}."),
    _("shown_ms must be 0 to {most}, not {other}."),
    _("There is no anchor for {which} {level}; distortions go from 0 to 5, the others from 0 to 4."),
    _("The picture has {size} pixels; each side may have {most}."),
    _("There is an anchor for {scale} {level} already."),
    _("At most {most} clicks are taken, not {number}."),
    _("The box {box} (x, y, width, height) is not inside the image of {width}×{height} pixels."),
    _("{number} of your questions wait for an answer already."),
    _("The click {click} is outside the image of {width}×{height} pixels."),
    _("The guidelines have {length} characters; the most is {most}."),
    _("Somebody has published number {number} meanwhile; look at it first."),
    _("The kind must be one of {kinds}, not {other}."),
    _("{user} is not in this study."),
    _("{user} is excluded already."),
    _("The format must be one of {formats}, not {other}."),
    _("The language must be one of {offered}, not {other}."),
    _("{user} has chosen a password already."),
    _("{user} is in studies you do not manage; only an administrator can help."),
    _("The use must be one of {uses}, not {other}."),
    _("The explanation has {length} characters; the most is {most}."),
    _("A link can make somebody {roles}, not {other}."),
    _("A link is for 1 to {people} people and works for 1 to {days} days."),
    _("The votes of {user} are excluded; lift the exclusion first."),
    _("The first line must name the columns, username and any of {names}. It has {found}."),
    _("The first line must name the columns, username and any of {names}."),
    _("The file must name 1 to {most} people, not {number}."),
    _("The file has more than {most} lines."),
    _("Nobody was added: something is wrong in line {lines}."),
    _("Line {number} cannot be read: {reason}."),
    _("A message has 1 to {most} characters."),
    _("Unknown settings: {unknown}. Known: {known}."),
    _("{name}: It must be a number."),
    _("The study asks for {number} votes on every region, so the most cannot be fewer."),
    _("The region has {area} pixels; this study wants at least {least}."),
    _("The level must be object or component, not {other}."),
    _("The mask reaches outside the image of {width}×{height} pixels."),
    _("A sketch takes at most {most} clicks, not {number}."),
    _("The number of votes must be 1 to 99, not {other}."),
    _("The status must be one of {states}, not {other}."),
    _("Ask for 1 to {most} more votes on each region, not {seats}."),
    _("Choose 1 to {most} regions, not {count}."),
    _("Choose 1 to {most} people, not {count}."),
    _("Choose 1 to {most} images, not {count}."),
    _("The role must be one of {roles}, not {other}."),
    _("The short name {slug} is taken; choose another."),
    _("This needs the role {roles}; yours is {own}."),
    _("There is no such {thing} for you."),
    _("The export is {state}; ask again when it is done."),
    _("This token lacks the scope {scope}."),
    _("You have {most} tokens; revoke one first."),
    _("points must be a list of at most {most} pairs."),
)
VERDICTS = (
    _("{said} Save it as an 8-bit RGB or grey JPEG, PNG or WebP."),
    _("The image's pixels are {mode}, perhaps with transparency."),
    _("The image has the colour profile “{profile}”; convert it to sRGB."),
    _("The PNG asks for a gamma of {gamma}, which not every program honours; save it as sRGB."),
    _("The file has {size} MiB; the most is {most} MiB."),
    _("The file has more than {most} MiB."),
    _("{kind} files are not taken."),
    _("The name ends in .{ending}, but this is a {kind} file; name it .{right}."),
    _("The image has {width}×{height} pixels; the most is {most} million."),
    _("The image has {width}×{height} pixels; each side needs at least {least}."),
    _("The image has more than {most} million pixels."),
    _("The {kind} file asks to be turned, which browsers do not agree on; save it upright."),
    _("The file is damaged or cut short: {reason}."),
    _("The file unpacks to {size} MiB, more than a photograph does."),
    _("The same picture as {name}."),
    _("Line {line} of the CSV: the score {text} is not a finite number."),
    _("Line {line} of the CSV: the score {text} is not a number."),
    _("Line {line} of the CSV: {path} has another score further up."),
    _("The CSV needs a column score (or mos); it has {columns}."),
    _("The CSV needs a column {known}; it has {columns}."),
    _("The CSV cannot be read near line {line}: {reason}."),
    _("This is not a readable zip: {reason}."),
    _("The zip has {number} files; the most is {most}."),
    _("The zip unpacks to more than {most} GiB."),
    _("The zip is damaged here: {reason}."),
    _("The file cannot be read: {reason}."),
    _("The folder cannot be read: {reason}."),
    _("Hidden, or what a system keeps for itself; files left out: {number}."),
    _("{folder} is not a folder."),
    _("{folder} is not there, or this account may not see it."),
)
RULES = (
    _(
        "A region is `settled` once it has the wanted number of votes by different people, `disputed` while one of its "
        "distortions is tied, `open` before that."
    ),
    _(
        "A distortion is *without* iff strictly more than half of the live votes say non-existent; a tie is *with*. Its "
        "severity is the mean of the votes 0 to 4 (`severity=affected`) or of all votes (`severity=all`)."
    ),
    _("Quality and importance are the means of the votes."),
    _(
        "A mean becomes one of five words by equal fifths of the scale 0..M, the upper end of each fifth included (Eq. 1 "
        "of the SEAGULL paper), computed on whole numbers; zero belongs to the lowest word and what is above M to the "
        "highest."
    ),
    _(
        "Intervals are {sure} empirical-Bayes intervals of a mean: Student's t with the votes' variance shrunk towards the "
        "curve {a} · mean · (top − mean), which weighs as much as {votes} votes, and never of zero width; a is this "
        "panel's own noise: {noises}."
    ),
    _(
        "Intervals are {sure} empirical-Bayes intervals of a mean: Student's t with the votes' variance shrunk towards the "
        "curve {a} · mean · (top − mean), which weighs as much as {votes} votes, and never of zero width."
    ),
)
STATISTICS = (
    _("{name}: {bias} levels above the others, inconsistency {spread}"),
    _("{name}: {bias} levels below the others, inconsistency {spread}"),
    _("{votes} votes: {value}"),
    _("{number} minutes"),
    _("{number} days"),
    _("{number} ms"),
    _("{number} CSS pixels"),
    _("Too little data to say whether shown guesses pulled {scale} votes."),
    _("No pull beyond chance on {scale} votes: {pull} of the way {interval}."),
    _("Shown guesses pushed {scale} votes away: {pull} of the way {interval}."),
    _("Shown guesses pulled {scale} votes by {pull} of the way {interval}."),
    _("Votes on one region differ as much with the guess in sight: variance {shown} against {hidden}, {change}."),
    _("Votes on one region differ less with the guess in sight: variance {shown} against {hidden}, {change}."),
    _("Votes on one region differ more with the guess in sight: variance {shown} against {hidden}, {change}."),
    _("Too little data to compare times."),
    _("With a guess in sight people took as long: {times} times {interval}, {people} people."),
    _("With a guess in sight people took less time: {times} times {interval}, {people} people."),
    _("With a guess in sight people took more time: {times} times {interval}, {people} people."),
)
WORK = (
    _("The store has no file {name} any more."),
    _("The original of {name} is not in the store any more; import that photograph again."),
    _("The original of {name} is damaged; import that photograph again."),
    _("The snapshot's file has the hash {found}, not {wanted}."),
    _("The snapshot's file cannot be read: {reason}."),
    _("This is not a snapshot of format {formats}."),
    _("{name} cannot be read: {reason}."),
    _("The files could not be written: {reason}."),
    _("The files could not be written or read: {reason}."),
    _("The import stopped on an unexpected error ({kind}); see the worker's log."),
    _("The measurement stopped on an unexpected error ({kind}); see the worker's log."),
    _("The run stopped on an unexpected error ({kind}); see the worker's log."),
    _("The export stopped on an unexpected error ({kind}); see the worker's log."),
    _("The model stopped on an unexpected error ({kind}); see the worker's log."),
    _("{module} was killed (signal {number}), perhaps because memory ran out. It said last: {words}"),
    _("{module} was killed (signal {number}), perhaps because memory ran out."),
    _("Training run {number} passed the gate."),
    _("Rolled back from {version}."),
)
PATTERNS = (*REFUSALS, *VERDICTS, *RULES, *STATISTICS, *WORK)
COMPOSED = STATISTICS
"""Put together of smaller pieces where they are said."""
