"""Common words of English that are no misspelling of any other, though they may look like one: "county", "older", "prince", "patents".

The list needs no upkeep with any model: a word that a model knows is never unknown in the first place. It is ours, as no library gives
it for less than what it is worth: pyspellchecker's English takes 30 MB in the process of the models, for rare words beside the common
ones, and wordfreq is kept no more.
"""

from analytics_agent.semantic.reader.words import closed

COMMON = closed(
    """able about above abroad absence absent accent access accident account action active actor actual admit adult advance advice
    affair age agency agent agree ahead aircraft airline airport alarm album alcohol alert alive allow allowance almost alone along
    already altitude always amount analysis analyst ancient angle animal answer apart apartment apple application area argue arm
    army around arrange art article artist asset assist assure atom attack attempt audience audit author auto award aware away baby
    back background bacteria bad badge bag bake balance ball band bank banker bar bare barrel base basic basis basket bath bathroom
    battery battle beach bean bear beat beauty bed bedroom beef beer begin behind belief bell below belt bench bend beneath benefit
    beside best better beyond bicycle big bike bill billing bird birth birthday bite bitter black blade blame blank blend blind
    block blood bloom blow blue board boat body bold bolt bomb bond bone bonus book booking boot border boring boss bottle bottom
    bound bowl box boy brain branch brand brave bread break breakfast breast breath brick bride bridge brief bright bring broad
    broker brother brown brush budget build builder building bulb bulk bullet bureau burn bus bush business busy butter button buyer
    cabin cabinet cable cake calendar call calm camera camp campaign campus canal cancer candidate capacity capital captain car card
    care career careful cares cargo carpet carry cart case cash cast castle cat catch cause cave ceiling cell center century certain
    chain chair chairman chance change channel chapel chapter charge charity chart cheap check cheese chef chemical chest chicken
    chief child children chip choice church circle citizen city civil claim class classic clay clean clear clerk click client cliff
    climate climb clinic clock close closet cloth clothes cloud club coach coal coast coat coats code coffee coin cold collar
    colleague college colony color column comedy comfort command comment commerce common community company compare complain
    complaint complex computer concept concern concert condition conduct conflict congress consent consult consultant contact
    container content contest context continent contract contrast control convert convince cook cookie cool copper copy core corn
    corner correct cost costly costume cotton couch count counter country county couple courage course court cousin cover cow crack
    craft crash cream creative credit creek crew crime criminal crisis critic crop cross crowd crown cruise culture cup cure
    currency current curve customer cute cycle daily dairy damage damp dance danger dark date daughter dawn dead deaf deal dealer
    dean dear death debate debt decade decay decide deck decline decrease deep deer defeat defect defense deficit degree delay
    delete deliver demand denial dental dentist deny depart department deposit depth deputy desert design desire desk detail detect
    device devil dialog diet differ digital dinner direct director dirt dirty disc discharge disease dish disk display dispute
    distance distant district divide division divorce dock doctor document dollar domain domestic door dose double doubt down dozen
    draft drama draw drawer dream dress drink drive driver drop drug drum duty each eager eagle early earn earner earth east easy
    eat economy edge editor education effect effort egg elderly elect election element elite email emergency emotion employ employee
    empty end endless enemy energy engine engineer enjoy enough ensure enter entire entrance entry envelope episode equal equity
    error escape estate ethnic even evening event evidence exact exam example exchange excuse executive exercise exit expand expect
    expensive expert export express extra eyes face facility fact factor factory faculty fail fair fake fame familiar family famous
    fan fantasy fare farm farmer fashion fast fat fatal fate father fault favor fear feature federal fee feed feel female fence
    fever fiber fiction field fight figure file fill film filter final finance find fine finger finish fire firm fish fishing
    fitness flag flame flat flavor flaw fleet flesh flexible flight float flood floor flour flow flower fluid focus fold folk food
    foot football force foreign forest forget fork form formal former formula fort fortune forum forward foster found fraction frame
    fraud free freedom freight french frequent fresh friend front frozen fruit fuel full fund funeral funny furniture future gain
    galaxy gallery game gang garage garbage garden garlic gas gate gear gender gene general genre gentle german ghost giant gift
    girl give glad glance glass global globe glove goal goat god gold golden golf good goods gown grace grade grain grand grant
    grape graph grass grave gravity gray great green grid grocery gross ground group grow growth guard guess guest guide guilt
    guitar gun habit hair half hall hand handle happy harbor hard harm hat hate have hazard head header health healthy heap hear
    hearing heart heat heater heaven heavy height hello help herb here heritage hero hidden hide high hill hip hire history hobby
    hold holder hole holiday holy home honest honey honor hook hope horizon horn horror horse hospital host hotel hour house housing
    huge human humor hunger hunt hunting hurt husband icon idea ideal identity idle image impact import impulse inch income increase
    index indoor industry infant injury inner input insect inside insight insult insurance insure intake intent interest internal
    internet interview invest investor invite invoice iron island issue item jacket jail jazz jeans jewel job join joint joke
    journal journey judge juice jump junior jury just justice keen keep kernel kick kidney kill kind king kiss kitchen knee knife
    knock labor laboratory lack ladder lady lake lamb lamp land landing lane language laptop large laser last late later latest
    laugh launch laundry lawn lawyer layer lead leader leaf league leak lean learn lease least leather leave lecture left legal
    legend lemon lend length lens lesson letter level lever liability liberal library license life lift light like limb limit line
    linen link lion lip liquid list listen liter literary little live liver living load loan local location lock lodge logic lone
    long look loop loose lord loss lost loud lounge love lover lower luck lucky luggage lump lunch lung luxury machine magazine
    magic mail main major make maker male mall manage manager manner manual march margin marine mark marker market marriage married
    mask mass master match mate material math matter mature maximum mayor meal mean measure meat media median medical medicine
    medium meet meeting melody member memory mental mention menu merchant mercy merge merger merit mess message metal meter method
    metro middle might mild mile military milk mill mind mine miner mineral minimum minor minority mint minute mirror mission
    mistake mixed mobile mode model modem modern modest moment monitor month mood moon moral morning mortal mortgage mother motion
    motor mount mountain mouse mouth move movie mud multiple murder muscle museum music musical mutual mystery myth nail naked name
    narrow nation native natural nature naval neck need negative neighbor nephew nerve nest network neutral news night noble noise
    none noon normal north nose note notice novel nuclear number nurse nursery nut oak object obtain occur ocean odds offense offer
    office officer official often oil older olive once onion online only open opera operate opinion option oral orange orbit
    orchestra order organ origin other ought ounce outcome outdoor outer output outside oven overall owner oxygen pace pack package
    packet page pain paint painter pair palace pale palm panel panic paper parade parcel parent park parking part partner party pass
    passage passenger passion past paste patch patent patents path patience patient pattern pause peace peak pear peasant peer
    penalty pencil pension people pepper perfect period permit person personal pest petrol phase phone photo phrase physical piano
    pick picture piece pig pile pill pillow pilot pine pink pint pioneer pipe pirate pitch place plain plan plane planet planner
    planning plant plasma plastic plate platform play player plaza plea pleasant please plenty plot plug plus pocket poem poet point
    poison pole police policy polite poll pond pool poor port portal portrait pose post poster potato pound powder power practice
    praise pray prayer precise premier premium present press pretty price pride priest primary prime prince princess print printer
    prior prison private prize profile profit program project promise prompt proof proper property proposal protein protest proud
    prove public pulse pump punch pupil purple purpose purse push quality quantity queen query quest question queue quick quiet quit
    quite quote race racial rack radar radio rail railway rain raise rally ranch random range rank rapid rare rate rather rating
    ratio reach react read reader ready real realistic really realm rear reason rebel recall receipt recent recharge recipe record
    recover recruit recycle reduce refer reform refugee refuse regime region regret regular reign reject relate relation relative
    relax relay release relief religion rely remain remark remedy remind remote remove rent rental repair repeat reply report rescue
    research reserve resident resign resist resort resource respect rest restaurant retail retain retire return reveal revenge
    reverse review reward rhythm rice rich ride rider rifle right ring rise risk rival river road robot rock rocket role roll roman
    roof room root rope rose rough round route routine royal rubber rude ruin rule ruler rumor rural rush sacred safe safety sail
    sailor saint salad salary sale salmon salon salt same sample sand satellite satisfy sauce save saving scale scan scandal scarce
    scatter scene schedule scheme scholar school science scope score scores scout scrap screen script sculpture seal search season
    seat second secret section sector secure seed seek segment seize select self sell seller senate send senior sense sentence
    separate series serious serum servant serve server service session settle seven severe sewer shade shadow shaft shake shame
    shape share sharp sheep sheet shelf shell shelter shield shift shine ship shipping shirt shock shoe shoot shop shopper shore
    short shot should shoulder shout shower sick sickness side sight sign signal silence silent silk silver similar simple sing
    singer single sink sister site size skill skin skip skirt slave sleep slice slide slight slim slip slope slot slow small smart
    smell smile smoke smoker smooth snack snake snow soap social society sock soft soil solar soldier sole solid solo solution solve
    song sonic sort soul sound soup source south space spare spark speak speaker special species speech speed spell spice spider
    spike spin spirit split sponsor spoon sport spot spouse spray spread spring squad square stable stack stadium staff stage stain
    stair stake stamp stand standard star stare start starter state statement station statue status stay stays steady steak steal
    steam steel steep stem step stick sticker stiff still stock stomach stone stop storage store storey storm story stove straight
    strain strand strange stranger stray stream street strength stress stretch strict strike string strip stroke strong structure
    student studio study stuff style subject submit suburb subway success such sudden suffer sugar suggest suicide suit suite summer
    summit sunny super supper supplier supply support suppose sure surface surgeon surgery surplus survey survive suspect swap sweat
    sweep sweet swim swing switch sword symbol symptom syndrome system table tablet tail tailor take tale talent talk tall tank tape
    target tariff task taste taxi teach teacher team tear teen telephone television temple tenant tender tennis tense tent term
    terminal terms terrible terror test text texture theater theft theme theory therapy thick thief thin thing think third thread
    threat throat throne ticket tide tight tile timber time tiny tissue title toast tobacco toilet tomato tone tool tooth topic
    total touch tough tour tourism tourist toward tower town trace track trade trader tradition traffic trail trailer train trainee
    trainer training trait transfer transit trap trash travel traveler tray treason treasure treat treaty tree trend trial tribe
    trick trigger trip troop trouble truck true trunk trust truth tube tumor tunnel turn tutor twin twist type ugly unable uncle
    under union unique unit unite unity universe unless upper urban urge usage useful user usual vacant vacation vaccine valid
    valley valuable value valve variable variety vast vegetable vehicle vein vendor venture venue verb verse version vessel veteran
    victim victory video view viewer village violent virtual virtue virus vision visit visitor visual vital vitamin vocal voice
    volume vote voter voyage wage wagon waist wait waiter waiting wake walk wall wallet wander want war warden warehouse warm warn
    warrant wash waste watch water wave weak wealth weapon wear weather wedding weed week weekend weekly weigh weight weird welcome
    welfare well west western whale wheat wheel when where whether while whisper white whole wide widow width wife wild will wind
    window wine wing winner winter wire wired wise wish witness wolf woman women wonder wood wooden wool word work worker workshop
    world worm worry worse worst worth wound wrap wrist write writer wrong yard year yellow yield young youth zero zone"""
)
"""Base forms; endings of plurals and verbs are taken off before a word is looked for."""
_ENDINGS = ("", "s", "es", "ed", "d", "ing", "er", "r", "ers", "ly")


def is_common(word: str) -> bool:
    """Whether a word, or what it is a plain form of, is common English."""
    return any(word.endswith(ending) and word[: len(word) - len(ending)] in COMMON for ending in _ENDINGS)
