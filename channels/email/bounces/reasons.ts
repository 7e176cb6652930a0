/** Why a mail came back, in the words that Sisimai made common. */
export type Reason =
  | ('authfailure' | 'badreputation' | 'blocked' | 'contenterror' | 'delivered' | 'exceedlimit' | 'expired')
  | ('failedstarttls' | 'feedback' | 'filtered' | 'hasmoved' | 'hostunknown' | 'mailboxfull' | 'mailererror')
  | ('mesgtoobig' | 'networkerror' | 'norelaying' | 'notaccept' | 'notcompliantrfc' | 'onhold')
  | (
      | 'policyviolation'
      | 'rejected'
      | 'requireptr'
      | 'securityerror'
      | 'spamdetected'
      | 'speeding'
      | 'suspend'
    )
  | ('syntaxerror' | 'systemerror' | 'systemfull' | 'toomanyconn' | 'undefined' | 'userunknown' | 'vacation')
  | 'virusdetected';

/**
 * What servers say, the narrow before the wide: the first that fits counts. Matched on lower-case
 * words without addresses, at most 4000 characters, in which ¶ ends a sentence; gaps are bounded, so
 * each takes linear time.
 */
const HABITS: readonly (readonly [Reason, RegExp])[] = [
  [
    'userunknown',
    /(?<!(?:sender|from) address rejected: )(?<!sender )(?:user (?:is )?unknown|unknown user|no such user|no such recipient|unknown recipient|recipient unknown|user (?:not found|does(?: not|n't) exist)|recipient ?not ?found|invalid recipient|invalid mailbox|no such (?:mailbox|person)|mailbox (?:not found(?! or over)|does not exist|unknown)|this user doesn't have an? |account (?:that you tried to reach )?does not exist|inactive email|not listed in (?:the )?(?:domino|public|directory|address|name|recipient))(?! \(policy)/,
  ],
  [
    'blocked',
    /banned sender ?\[|mail from \[?\d{1,3}(?:\.\d{1,3}){3}\]? (?:was |is )?(?:refused|rejected|blocked)|invalid helo|not allowed to connect|in (?:local|our|the) black ?list|spam blocked see|intrusion prevention|invalid domain name|denied \[cs\]/,
  ],
  [
    'notcompliantrfc',
    /(?:missing|without|having no|no) (?:a |an )?(?:valid )?(?:address in )?(?:from|date|message-id|to|sender):? (?:header|field)/,
  ],
  [
    'userunknown',
    /recipient address rejected: (?:access denied|unlisted)|(?:do|does) not have this (?:recipient|user)|account or domain may not exist|(?:account|mailbox|user|address) (?:has been |was |is )?(?:deleted|removed)\b/,
  ],
  [
    'mailboxfull',
    /inbox (?:is )?full|not found or over ?quota|mailbox(?:'s)? (?:is )?full|mailbox (?:size )?limit exceeded|space is not enough|too much mail data|too many messages (?:on|in)|speicher(?:volumen|platz)/,
  ],
  ['rejected', /permissions? to send as this|allowed sender list|sending address not accepted/],
  [
    'filtered',
    /recipient does not accept mail from you|has blocked your (?:e-?mail )?address|(?:blocked|rejected|refused) by (?:the |this )?(?:recipient|user|addressee)\b|by (?:the |a )?(?:user|recipient)(?:'s)? (?:filter|rule|setting)|(?<!sender )recipient refused\b|message refused by recipient/,
  ],
  ['systemerror', /\btemporary lookup failure/],
  ['networkerror', /smtpsend\.dns\.mxloopback|\b[45]\.4\.312\b/],
  ['expired', /\b[45]\.4\.316\b|\bgr[ae]y-?list/],
  ['securityerror', /resolver\.rst\.authrequired/],
  ['failedstarttls', /certificate (?:is )?not trusted/],
  ['authfailure', /\b5\.7\.515\b|required authentication level/],
  ['contenterror', /conversion (?:is )?required but/],
  [
    'suspend',
    /(?:mailbox|account|user|recipient|tried to reach) (?:is|has been) (?:inactive|expired|suspended)\b|due to inactivity/,
  ],
  [
    'spamdetected',
    /spam classification|spam or virus|(?:due to|because of|for being|as|to be|is|being|like) (?:likely |possible |probable )?(?:unsolicited|spam\b)/,
  ],
  [
    'virusdetected',
    /\binfected: |virus(?:es)? (?:detected|found|infected|scan)|(?:found|detected) (?:a |the )?virus|malicious attachment|infected (?:with|by|message|mail|file)|contains? .{0,30}(?:virus|malware|trojan)|mcspamsignature|malware (?:detected|found)|virus[ -]infected|because of (?:a )?virus|due to virus|potentially dangerous executable|suspicious attachment/,
  ],
  [
    'policyviolation',
    /(?<!\b(?:host|client|ip|dmarc|spf|dkim)\b[^¶]{0,40})(?:due to|because of|by|for|per) (?:(?!dmarc|spf|dkim)[a-z]{2,20} ){0,2}polic(?:y|ies)(?! framework)|(?:attachments?|executables?)[^¶]{0,30}(?:prohibited|forbidden|not allowed)|administrative prohibition|illegal attachment|policy (?:reasons?|violation|restrictions?)|content presents a potential/,
  ],
  [
    'authfailure',
    /\b5\.7\.(?:2[0-46-9]|30|509)\b|does(?: not|n't) (?:have|pass) (?:authentication|dmarc|dkim|spf)|unauthenticated (?:e-?mail|mail|message|sender)|(?:spf|dkim|dmarc)[^¶]{0,60}(?:fail|reject|not pass|invalid|violation|unaligned|policy|quarantine|evaluation)|(?:fail|reject|violat|not pass|blocked|not permitted)\w{0,6}[^¶]{0,50}\b(?:spf|dkim|dmarc|sender policy framework|sender id)\b|not authenticated[^¶]{0,40}(?:domain|sender)|domain owner's policy|\bspf: |openspf/,
  ],
  [
    'requireptr',
    /(?:reverse|ptr|rdns)[^¶]{0,60}(?:fail|not found|missing|required|lookup|mismatch|does not|invalid|record|dns)|fix reverse dns|missing (?:or invalid )?(?:a )?(?:reverse|ptr)|no (?:valid )?(?:ptr|reverse dns|rdns)|cannot (?:find|resolve) your (?:reverse )?(?:host|address|ip)|your (?:reverse )?hostname|ip name lookup failed|unverif\w{1,8} sending ips?|client host rejected: cannot find|unresolvable (?:client|relay|host)|reverse (?:lookup|dns|mapping)|fcrdns|all mail servers must have a ptr/,
  ],
  [
    'failedstarttls',
    /starttls|tls (?:is )?required|tls (?:handshake|negotiation|connection) (?:failed|error)|certificate verif|must issue a starttls|encryption (?:is )?(?:required|needed)|cannot (?:start|establish) tls|ssl routines|sts policy|dane/,
  ],
  [
    'badreputation',
    /(?:poor|bad|low|insufficient|very low) (?:sender |domain |ip |e-?mail )?reputation|reputation (?:is |of |was )?(?:too )?(?:poor|bad|low|the sending|score)|reputation of the sending|senderscore|sender score|due to [^¶]{0,40}reputation|reputation (?:filter|based|service)/,
  ],
  [
    'speeding',
    /frequency (?:is )?limit|too many [^¶]{0,30}(?:per|this|an|each) (?:hour|minute|day)\b|exceeded your messaging limits|unusual rate|rate[- ]?limit|(?:sending|receiving|sent|arriving) (?:mail |messages |too )?(?:too (?:fast|quickly|frequently)|at a rate)|too (?:fast|frequent|much mail|many (?:messages|mails|emails))|throttl|try again later because of rate|exceed\w{0,3} (?:the |your )?(?:maximum |allowed |sending |hourly |daily |message |messages? )*(?:rate|quota per|per (?:hour|day|minute)|messages? per)|message rate|mail rate|sending limit|max(?:imum)? (?:defers|emails) (?:and failures )?per/,
  ],
  [
    'toomanyconn',
    /recipient thread limit|concurrent connections|too many (?:simultaneous |concurrent |open )?(?:connections?|sessions?|recipients?|smtp|processes|users|hosts)|(?:connection|concurrency|session) (?:limit|rate|count)|(?:exceed\w{0,3}|maximum) (?:the |number of )*(?:connections?|recipients)|recipients? (?:per (?:message|connection|mail) )?(?:count )?(?:limit|exceed)|max(?:imum)? (?:number of )?(?:connections?|recipients)|all available ips|unable to accept[^¶]{0,30}connections|connection refused[^¶]{0,30}throttl/,
  ],
  ['mesgtoobig', /recipsizelimit/],
  ['exceedlimit', /\b[45]\.2\.3\b|administrative limit/],
  [
    'mesgtoobig',
    /(?:message|mail|e-?mail|content|size|body|attachment)s?(?: size)? ?(?:is |was |file )*(?:too (?:big|large|long)|exceeds? (?:the )?(?:max|limit|fixed|server|size|allowed|message|line)|larger than)|too (?:large|big) (?:message|mail|body)|(?:max|maximum) (?:message |mail )?size (?:limit )?exceed|(?<!mailbox )size limit|exceeded maximum (?:inbound )?message size|(?:maximum|message|permitted) size[^¶]{0,20}(?:limit|exceed)|message too (?:big|large)|bigger than|over the maximum (?:message )?size/,
  ],
  [
    'systemfull',
    /(?:mail )?system (?:is )?full|insufficient (?:system |disk )?(?:storage|resources|space)|no space left|out of disk|disk (?:is )?full|requested mail action aborted: exceeded storage allocation on server|not enough (?:disk|storage|system)/,
  ],
  [
    'mailboxfull',
    /mail ?(?:box|folder|dir|drop)?[^¶]{0,30}(?:is |are |was )?(?:full|over ?(?:quota|drawn)|exceed\w{0,3} (?:allowed|storage|quota|size|the|its|maximum|limit))|(?:over|exceed\w{0,3}|out of|beyond|above|under) (?:the |its |his |their |her |disk |storage |mail ?box |e-?mail |user |allotted |allocated |allowed )*(?:quota|storage|mailbox|space)|quota (?:is )?(?:exceed|exhaust|full|violation|reached|has been)|account is (?:full|over|temporarily over)|too much mail data|not enough (?:storage )?space (?:in|for)|has (?:insufficient|no|not enough) (?:disk )?(?:space|storage|room)|(?:user|recipient|inbox|account)(?: is|'s)? (?:full|out of space|over ?quota)|overquota|insufficient (?:mailbox|disk space for)|maildir delivery failed|mailbox size limit|can't create user output file|maximum (?:mailbox )?(?:storage|capacity)|box (?:is )?full|no room in|memory (?:is )?full|storage (?:limit|full|quota|exceeded)|メールボックス.{0,20}(?:一杯|いっぱい|満杯|超)|容量.{0,20}(?:超|一杯|いっぱい)|переполнен|boite pleine|boîte[^¶]{0,30}pleine|casella[^¶]{0,20}piena|buz[oó]n[^¶]{0,20}lleno|postfach[^¶]{0,30}voll/,
  ],
  [
    'hasmoved',
    /(?:mailbox|user|recipient|address|account|he|she|they) (?:has |have |is )?(?:been )?(?:moved|changed|relocated|replaced)|has been (?:replaced|changed) by|no longer (?:uses|using) this address|new (?:e-?mail )?address (?:is|:)|no forwarding address|user not local; please try|has moved|moved (?:permanently|temporarily) to/,
  ],
  [
    'suspend',
    /(?:account|user|mailbox|recipient|address|e-?mail|domain)[^¶]{0,40}(?:suspend|disabled|deactivat|discontinued|has been locked|is locked|temporarily locked|frozen|inactive on|is unavailable|temporarily unavailable|currently unavailable|on hold|blocked by administrator|not active)|(?:disabled|inactive|suspended|locked|deactivated|unavailable|expired|closed|terminated) (?:account|user|mailbox|recipient|address)|mailbox unavailable or access denied|boite du destinataire archivee|account (?:has )?expired|account (?:is )?closed|has been (?:disabled|suspended)|vdelivermail: account is locked/,
  ],
  [
    'norelaying',
    /relay(?:ing)? (?:access )?(?:is )?(?:denied|not (?:allowed|permitted|possible|authorized)|prohibited|disabled|attempt|restricted|blocked|mail)|(?:unable|not allowed|not permitted|cannot|no|refused|unauthori[sz]ed|insecure|does not|don't|won't|will not) (?:to |mail )?relay|not (?:a |an )?(?:open |gateway|local host|my )|relay (?:operation )?rejected|credentials for relay|allowed rcpthosts|no relaying|refusing to relay|is not one of our|we do not relay|not in my domains|this (?:server|system) is not configured to relay|authentication required for relay|relaying|outgoing mail from/,
  ],
  [
    'notcompliantrfc',
    /not (?:rfc[ -]?\d{0,4} )?complian|rfc[ -]?(?:5322|5321|2822|2821|822)\b|duplicate header/,
  ],
  [
    'rejected',
    /(?:verify|validate) (?:the )?sender|sender domain must|domain name required for sender|sender[^¶]{0,60}(?:reject|denied|refused|invalid|not (?:allowed|accepted|exist|found|authorized)|unknown|blacklist|blocked|verif|malformed|does not|doesn't)|domain of sender address|(?:mail|messages?) from [^¶]{0,60}(?:reject|refused|not (?:allowed|accepted|permitted)|denied)|(?:from|originat\w{0,3}|return|envelope|sending) (?:address|domain|header|user)[^¶]{0,40}(?:invalid|not|reject|unresolvable|does|malformed|blocked|refused)|domain is invalid|valid from:|invalid (?:sender|from|mail from|return)|(?:bad|unknown|unroutable|missing|unresolvable|fake|blocked) (?:sender|from|return)|access denied[^¶]{0,30}sender|address (?:that )?has been blacklist|(?:sender|from) (?:is )?(?:black|block)|not allowed to (?:post|send)|permission to (?:post|send)|you (?:do not|don't|are not) (?:have )?(?:permi|authori|allowed)|only (?:accepts|members)|restricted sender|backscatter|null sender|empty envelope sender|<> invalid|could not be delivered to the group|resolver\.rst\.(?:auth|not|send)|rst\.(?:not)?authoriz\w{0,8}|recipient not authorized|5\.1\.8\b|5\.7\.1(?:24|33|34|36)\b|групп|googlegroups|groups\.google/,
  ],
  [
    'spamdetected',
    /mail content denied|\bspam(?:my)?\b|spamshield|\bspam[- ]|spamassassin|\bube\b|\buce\b|\bbulk (?:mail|e-?mail)|junk (?:mail|e-?mail)|unsolicited|phish|message (?:looks|appears|seems) |content (?:is |was )?(?:reject|filter|block|refus)|message (?:content|text) rejected|(?:message|mail|e-?mail) (?:was |has been |is |content )*(?:reject\w{0,3}|classified|considered|identified|refused) (?:as|due|because|for|by) (?:[a-z ]{0,30})?(?:spam|content|junk|filter|antispam)|mail rejet[eé]|ofr_?(?:506|999|5\d\d)|blacklisted url|url in (?:this )?(?:mail|message)|rejected by (?:the )?(?:content|spam|anti)|high probability of spam|cloudmark|antispam|anti-spam|bogofilter|rule imposed mailbox|hit .{0,20}spam|our content (?:filter|policy)/,
  ],
  [
    'networkerror',
    /connection (?:refused|reset)(?! due| by policy)|network is unreachable|no route to host|loops back|looping|mail loop|too many hops|hop count exceeded/,
  ],
  ['expired', /connection timed out|operation timed out|(?:message|delivery time) expired|retry timeout/],
  [
    'blocked',
    /(?:\bip|host|client|server|network|connection|range|hostname|helo|domain)[^¶]{0,50}(?:black ?list|block ?list|blocked|banned|barred|listed|denied|rejected|refused|bloqu)|(?<!recipient )address[^¶]{0,50}(?:black ?list|block ?list|blocked|banned|barred|listed|denied)|(?:blocked|listed|banned|denied|rejected) (?:by|at|in|using|on|from|due to|because of|for|ip|your)|dns-?bl|\brbls?\b|spamhaus|spamcop|sorbs|barracudacentral|proofpoint|black ?list|blacklist|blocklist|blocked|client host rejected|helo command rejected|(?:use|through|via) (?:the |your )?(?:smtp|mail|isp|provider)[^¶]{0,30}(?:server|isp|relay)|dynamic(?:ally)? (?:ip|assigned|address|allocated)|dial-?up|residential|refused to talk to me|\[ts0\d\]|user complaints|access (?:is )?(?:denied|refused)|connection (?:is )?(?:dropped|rejected|not authorized|refused by)|ip address[^¶]{0,30}(?:reject|block|denied)|not authorized to (?:connect|send)|bad (?:helo|host ?name|dns)|invalid helo|mx exchanger|mail exchanger|try (?:another|again from)|network is on|poor|you are not allowed to connect|no access from|connections? (?:not accepted|refused|will not be accepted)|go away|hostname is|unusual traffic|spamblock|esmtp not accepting|rejecting (?:connection|banned)|ip\b.{0,30}is not allowed/,
  ],
  [
    'policyviolation',
    /polic(?:y|ies)|prohibited|not accept\w{0,4} (?:for|due)|local rules|security issue|attachment (?:type|not|content|extension)|blocked (?:attachment|file|extension)|disallowed|not permitted|message held|protocol violation|administratively (?:denied|prohibited)|rejected by administrator|because it(?:s)? content|email rejected|denied by|organization(?:al)? (?:rule|rejected)/,
  ],
  [
    'networkerror',
    /servfail|name server[^¶]{0,80}host name lookup failure|host name lookup fail|dns lookup[^¶]{0,60}(?:temporar|timed? ?out)/,
  ],
  [
    'notaccept',
    /indicated no smtp service|no mx record found|does(?: not|n't) accept (?:any )?(?:mail|e-?mail|messages?)|(?:null|nullmx) ?mx|null mx|not accept(?:ing)? (?:any )?(?:mail|messages?|e-?mail)|does not (?:receive|run smtp|handle|have an smtp)|smtp protocol (?:error|violation)|no mail (?:is )?accepted|host\/domain does not accept|\b(?:521|556) |we do(?:n't| not) accept mail|host never accepts mail|service refuses|server does not accept mail|invalid mx|mail receiving disabled|cannot receive mail/,
  ],
  [
    'hostunknown',
    /(?:host|domain|destination|server|hostname)(?: name)?[^¶]{0,50}(?:unknown|not found|(?:does|do|did) ?(?:not|n't) (?:exist|resolve)|no such|is invalid|nonexist|cannot be found|is not valid|couldn't be found|isn't valid|unroutable|not resolve)|(?:unknown|no such|unrouteable|unroutable|invalid|bad|illegal|unable to (?:find|resolve|look ?up|route)|couldn't (?:find|resolve)(?: any)?|could not (?:find|resolve|locate)|can't (?:find|resolve)|cannot (?:find|resolve)|not find) (?:any |the |a |recipient |destination |mail |remote )*(?:host|domain|hostname|server|mx)|all relevant mx records point|nxdomain|dns (?:error|lookup fail|server returned answer with no data)|domain (?:name )?(?:not found|must resolve)|unrouteable (?:mail )?(?:address|domain)|no route to domain|name or service not known|no mx|unresolvable (?:host|domain)|unable to route/,
  ],
  [
    'userunknown',
    /(?:user|recipient|mail ?box|address|account|addressee|login|destinat\w{0,6}|alias|e-?mail|local ?part|name|person|member|customer|subscriber|profile|group)s?(?:\(s\))?[^¶]{0,50}(?:unknown|not found|(?:does|do|is|could|did|was)(?: not|n't)[^¶]{0,15}(?:exist|found|valid|listed|have|known|recogni[sz]ed|local|active|hosted|match)|doesnt exist|no longer|invalid|invalide|undeliverable|nonexist|non-exist|not (?:exist|valid|known|listed|local|recogni[sz]ed|available|a valid|in)|not a known|unavailable|ambiguous|inconnu|rejected|cannot be found|has been (?:deleted|removed)|removed|incorrect|is dead|is bogus|empty|denied)|(?:unknown|no such|no|invalid|bad|illegal|incorrect|inactive|wrong|non-?existent|nonexistant|missing|unrecogni[sz]ed|unroutable|unrouteable|undeliverable|not a valid|not a known|not our|not found|unable to find|couldn't find|could not find|cannot find|delete[d]?|unroutable|dead) (?:a |any |the |such |local |virtual |this |that |mail |e-?mail |to |destination |remote |valid |here )*(?:user|recipient|mail ?box|address|account|addressee|person|customer|alias|name|local ?part|e-?mail|employee|member|one|vu|here|domain\/user|login|subscriber)|recipientnotfound|recipnotfound|not listed in|not in (?:the )?(?:directory|address book|list|recipient)|account that you tried to reach|no (?:account|mailbox|user) here|no mail ?box|does(?: not|n't) have an? |not our customer|please check the (?:recipient|address)|no longer (?:with|works|employed|available|valid|active|in use|accept)|delivery to the following (?:recipient|address)[^¶]{0,20}not|this address no longer|utilisateur inconnu|destinat[^¶]{0,30}inv[aá]lid|nicht (?:vorhanden|bekannt|gefunden)|unbekannt|empf[aä]nger[^¶]{0,40}(?:existiert|unbekannt)|indirizzo inesistente|no existe|não existe|ディレクトリのリストにありません|ユーザ.{0,30}(?:見つかり|存在|不明)|宛先.{0,40}(?:見つかり|存在|不明|誤)|該当.{0,20}ありません|アドレス.{0,30}(?:存在|見つかり|誤|間違)|未登録|не (?:существует|найден)|несуществующ|недоступен/,
  ],
  [
    'mailererror',
    /command (?:output|died|failed|line usage|time limit)|procmail|pipe to|exit(?:ed|s)? (?:with )?(?:status|code|value)|returned? (?:process )?exit|mailer (?:error|failed|\S{0,20} failed)|local (?:delivery|mailer) (?:failed|error)|can't create (?:user )?output|unable to use pipe|service not available via|delivery agent|x-unix;|^x-unix|unexpected response from/,
  ],
  [
    'securityerror',
    /authentication (?:required|failed|failure|turned|credentials|unsuccessful|is required)|must (?:authenticate|log ?in)|smtp auth|unauthori[sz]ed|not authori[sz]ed|authorization (?:failed|failure)|security (?:rule|risk|reason|policy|concern)|credentials|insecure|username and password|you are not authorized|sorry, that (?:domain|user)|encrypt|signature|attempt to (?:hack|send)|executable file|verification failure|closed connection in response/,
  ],
  [
    'notcompliantrfc',
    /rfc ?-?\d{3,4}|not (?:rfc )?complian|duplicate header|multiple (?:from|subject|to|date|addresses in)|bare (?:lf|cr|linefeed)|missing (?:from|date|message-id|header)|header[^¶]{0,30}(?:missing|invalid|too long)|non-?compliant/,
  ],
  [
    'contenterror',
    /(?:improper|invalid|illegal|malformed|bad|broken) (?:mime|header|message|format|character|content)|mime (?:error|format|conversion)|too many (?:hops|received|parts)|header (?:size|error)|8-?bit|unsupported|line too long|routing loop|body (?:type|contains)|conversion|nested/,
  ],
  [
    'networkerror',
    /servfail|mail (?:forwarding )?loop|loops? back|looping|hop ?count|name server[^¶]{0,40}(?:lookup|fail|timeout)|host (?:name )?lookup fail|lookup (?:failed|failure|error)|dns[^¶]{0,20}(?:fail|temporar|soft)|host (?:is |was )?(?:not responding|unreachable|down)|network (?:is )?(?:unreachable|error)|no route to host|connect(?:ion)? (?:to|refused|reset|was (?:refused|dropped|lost)|lost|with|attempt|broken|closed|died|aborted)|unable to connect|could not connect|couldn't connect|couldn't establish|(?:couldn't|cannot|can't) (?:contact|connect|reach|establish)|no (?:answer|response) from|try again[^¶]{0,20}network|recipient server did not|malformed or unexpected name server|too many hops|all attempts to (?:connect|contact)|service unavailable; connect/,
  ],
  [
    'expired',
    /(?:message|mail|queue|delivery|delivery time|retry|retry time|it)[^¶]{0,40}(?:expired|timed? ?-?out|timeout|exceeded)|too (?:long|old)|connection timed ?out|timed ?out|could not be delivered (?:for|within|in|after)|unable to deliver[^¶]{0,40}(?:minutes|hours|days)|not (?:yet )?(?:been )?delivered[^¶]{0,40}(?:hours|days)|been in the queue|for a long time|giv(?:ing|en) up|(?:delivery|message|retry) (?:time|period|timeout)|delay(?:ed|\))|undeliverable for|will (?:keep|continue) trying|undelivered for|retr(?:y|ies)[^¶]{0,20}(?:exhaust|exceed)|greylist|graylist|temporarily deferred/,
  ],
  ['onhold', /(?:is|was) on hold|held for/],
  [
    'systemerror',
    /(?:server|system|internal|configuration|local|unexpected|software|processing)[^¶]{0,20}(?:error|problem|failure|misconfigur|trouble|down|not available)|i\/o error|(?:can'?t|cannot|could ?n[o']t|unable to) (?:create|open|write|read|lock|save|rename|append|allocate|access)|service (?:currently |is |temporarily )*(?:unavailable|not available)|try again later|out of memory|permission denied|temporary (?:problem|error)|interrupted system call|queue file|aliasing|resources temporarily|timeout waiting|storedrv|error in processing|duplicated message-id|mail system (?:configuration|error)/,
  ],
  [
    'syntaxerror',
    /syntax error|(?:command|parameter|argument)s? (?:is |are )?(?:not (?:implemented|recogni[sz]ed|understood)|unrecogni[sz]ed)|unrecogni[sz]ed (?:command|parameter)|bad sequence|invalid (?:command|argument|parameter)/,
  ],
  [
    'filtered',
    /filter|because the recipient is (?:not )?|(?:dear|not) (?:willing|want)|refused by (?:the )?recipient|user (?:reject|refus|has reject)|recipient (?:rejected|refus)|rejecting|受信拒否|受信側|拒否|does not like recipient/,
  ],
];

/** RFC 3463 and its registry, for words that say nothing. Longest prefix first. */
const CODES: readonly (readonly [RegExp, Reason])[] = [
  [/^5\.1\.(?:0|1|3)$/, 'userunknown'],
  [/^5\.1\.10$/, 'notaccept'],
  [/^5\.1\.2$/, 'hostunknown'],
  [/^5\.1\.6$/, 'hasmoved'],
  [/^[45]\.1\.[78]$/, 'rejected'],
  [/^[45]\.1\.9$/, 'systemerror'],
  [/^[45]\.2\.0$/, 'filtered'],
  [/^[45]\.2\.1$/, 'suspend'],
  [/^[45]\.2\.2$/, 'mailboxfull'],
  [/^[45]\.2\.3$/, 'exceedlimit'],
  [/^[45]\.2\.4$/, 'filtered'],
  [/^[45]\.3\.0$/, 'mailererror'],
  [/^[45]\.3\.1$/, 'systemfull'],
  [/^[45]\.3\.2$/, 'notaccept'],
  [/^[45]\.3\.4$/, 'mesgtoobig'],
  [/^[45]\.3\./, 'systemerror'],
  [/^[45]\.4\.(?:1|2|7)$/, 'expired'],
  [/^5\.4\.4$/, 'hostunknown'],
  [/^[45]\.4\.(?:0|3|4|6)$/, 'networkerror'],
  [/^[45]\.4\.5$/, 'toomanyconn'],
  [/^[45]\.5\.[1245]$/, 'syntaxerror'],
  [/^[45]\.5\.3$/, 'toomanyconn'],
  [/^[45]\.6\./, 'contenterror'],
  [/^[45]\.7\.(?:2[0-9]|30|9\d\d)$/, 'authfailure'],
  [/^[45]\.7\.25$/, 'requireptr'],
  [/^[45]\.7\.(?:60[5-9]|6\d\d|51[12])$/, 'blocked'],
  [/^[45]\.7\./, 'securityerror'],
];

const LASTING: ReadonlySet<Reason> = new Set(['userunknown', 'hostunknown', 'hasmoved', 'notaccept']);

/** True where writing to the address again is of no use: no such person, no such host, moved away. */
export const isHard = (reason: Reason): boolean => LASTING.has(reason);

/** What the words say, or undefined. Takes words in lower case, without addresses. */
export const reasonOfWords = (words: string): Reason | undefined =>
  HABITS.find(([, habit]) => habit.test(words))?.[0];

/** What an enhanced status code (RFC 3463) says by itself, or undefined. */
export const reasonOfStatus = (status: string): Reason | undefined =>
  CODES.find(([code]) => code.test(status))?.[1];
