"""ClickHouse. Its names are many: families of pure functions, and the combinators that may follow an aggregate's name."""

from sqlglot import exp

from analytics_agent.sql.rulebook import Rulebook, more
from analytics_agent.sql.rulebooks import standard
from analytics_agent.sql.vocabulary import CLAUSES, NODES, TYPES
from analytics_agent.sql.words import words

_AGGREGATES = """
    any any_value anyheavy anylast argmax argmin array_agg avgweighted boundedratio bounding_ratio corr corrstable count countequal
    covar_pop covar_samp covarpop covarsamp deltasum deltasumtimestamp entropy exponentialmovingaverage first_value group_concat
    grouparray grouparrayinsertat grouparraylast grouparraymovingavg grouparraymovingsum grouparraysample grouparraysorted groupbitand
    groupbitor groupbitxor groupconcat grouping groupuniqarray histogram intervallengthsum kurtpop kurtsamp lagInFrame laginframe
    largesttriangleThreeBuckets last_value leadinframe mannwhitneyutest max_by maxintersections maxintersectionsposition maxmap
    meanztest median medianexact min_by minmap nonnegativederivative nth_value quantile quantiledeterministic quantileexact
    quantileexacthigh quantileexactlow quantileexactweighted quantilegk quantileinterpolatedweighted quantiles quantilesexact
    quantilestdigest quantilestiming quantiletdigest quantiletdigestweighted quantiletiming rankcorr retention sequencecount
    sequencematch simplelinearregression singlevalueornull skewpop skewsamp sparkbar stddev_pop stddev_samp stddevpop stddevpopstable
    stddevsamp stddevsampstable string_agg studentttest sumcount sumkahan summap sumwithoverflow topk topkweighted uniq uniqcombined
    uniqcombined64 uniqexact uniqhll12 uniqthetasketch uniqupto var_pop var_samp variance varpop varpopstable varsamp varsampstable
    welchttest windowfunnel
"""
_NUMBERS = """
    acosh asinh atan2 atanh bitand bitcount bitnot bitor bitshiftleft bitshiftright bittest bitxor cbrt ceil ceiling cosh covarpop
    degrees divide divideordnull divideornull e erf erfc exp10 exp2 factorial gcd greatest hypot ifnotfinite intdiv intdivorzero
    intexp10 intexp2 isfinite isinf isnan lcm least lgamma ln log log10 log1p log2 max2 min2 minus mod modulo moduloorzero multiply
    negate plus positivemodulo pow radians rand rand32 rand64 randcanonical roundage roundbankers rounddown rounddownto roundduration
    roundtoexp2 sinh tanh tgamma trunc truncate width_bucket widthbucket
"""
_TEXT = """
    alphatokens appendtrailingcharifabsent arraystringconcat ascii base32decode base32encode base58decode base58encode base64decode
    base64encode bin byteSize bytesize char char_length character_length cityhash64 concat_ws concatwithseparator convertcharset
    countmatches countsubstrings countsubstringscaseinsensitive cutfragment cutquerystring cuttofirstsignificantsubdomain cutwww
    damerauLevenshteinDistance dameraulevenshteindistance domain domainwithoutwww editdistance empty endswith extract extractall
    extractallgroups extractgroups extracttextfromhtml extracturlparameter extracturlparameternames extracturlparameters farmhash64
    firstline firstsignificantsubdomain format formatreadabledecimalsize formatreadablequantity formatreadablesize
    formatreadabletimedelta fragment halfmd5 hamming hammingdistance hex hilbertencode ilike initcap initcaputf8 inthash32 inthash64
    ipv4numtostring ipv4stringtonum ipv4tolipv6 ipv6numtostring ipv6stringtonum isvalidutf8 jarosimilarity jarowinklersimilarity lcase
    left leftpad leftpadutf8 leftutf8 length lengthutf8 levenshteindistance like locate lowerutf8 lpad mapfromstring match md5
    multifuzzymatchany multimatchany multimatchanyindex multisearchany multisearchfirstindex multisearchfirstposition murmurhash3_64
    ngramdistance ngrams ngramsearch normalizequery normalizeutf8nfc notempty notilike notlike octet_length overlay overlayutf8 path
    pathfull position positioncaseinsensitive positioncaseinsensitiveutf8 positionutf8 protocol punycodeencode querystring
    regexp_extract regexpextract regexpquotemeta repeat replaceall replaceone replaceregexpall replaceregexpone reverse reverseutf8
    right rightpad rightpadutf8 rightutf8 rpad sha1 sha224 sha256 sha384 sha512 siphash64 soundex space splitbychar splitbynonalpha
    splitbyregexp splitbystring splitbywhitespace startswith startswithutf8 substr substring substring_index substringindex
    substringutf8 tokens tolower tolowercase topleveldomain tostringcutttozero toupper touppercase translate translateutf8 trimboth
    trimleft trimnull trimright ucase unhex upperutf8 xxhash32 xxhash64
"""
_TIME = """
    adddate adddays addhours addinterval addmicroseconds addmilliseconds addminutes addmonths addnanoseconds addquarters addseconds
    addweeks addyears age changeday changehour changeminute changemonth changesecond changeyear curdate current_date current_timestamp
    date date_add date_diff date_format date_sub date_trunc datediff datename datetrunc day dayofmonth dayofweek dayofyear
    formatdatetime formatdatetimeinjodasyntax from_unixtime fromdaysinceyearzero fromunixtimestamp fromunixtimestamp64micro
    fromunixtimestamp64milli fromunixtimestamp64nano fromutctimestamp hour last_day makedate makedate32 makedatetime makedatetime64
    minute month monthname now now64 parsedatetime parsedatetime32besteffort parsedatetime64besteffort parsedatetimebesteffort
    parsedatetimebesteffortornull parsedatetimebesteffortorzero parsedatetimebesteffortus parsedatetimeinjodasyntax parsedatetimeornull
    quarter second str_to_date subdate subtractdays subtracthours subtractmicroseconds subtractmilliseconds subtractminutes
    subtractmonths subtractquarters subtractseconds subtractweeks subtractyears timediff timeslot timeslots timestamp timestamp_add
    timestamp_sub timestampadd timestampdiff timezoneof timezoneoffset to_timestamp today todayofmonth todayofweek todayofyear tohour
    toisoweek toisoyear tolastdayofmonth tolastdayofweek tominute tomodifiedjulianday tomonday tomonth tonanosecond toquarter
    torelativedaynum torelativehournum torelativeminutenum torelativemonthnum torelativequarternum torelativesecondnum torelativeweeknum
    torelativeyearnum tosecond tostartofday tostartoffifteenminutes tostartoffiveminutes tostartofhour tostartofinterval
    tostartofisoyear tostartofminute tostartofmonth tostartofquarter tostartofsecond tostartoftenminutes tostartofweek tostartofyear
    totime totimezone tounixtimestamp tounixtimestamp64micro tounixtimestamp64milli tounixtimestamp64nano toutctimestamp toweek toyear
    toyearweek toyyyymm toyyyymmdd toyyyymmddhhmmss week year yesterday
"""
_CASTS = """
    accuratecast accuratecastordefault accuratecastornull cast parsefloat32 reinterpretasint64 reinterpretasstring reinterpretasuint64
    tobool todate todate32 todate32ornull todateordefault todateornull todateorzero todatetime todatetime64 todatetime64ornull
    todatetime64orzero todatetimeornull todatetimeorzero todecimal128 todecimal128ornull todecimal256 todecimal32 todecimal32ornull
    todecimal64 todecimal64ornull todecimalstring tofixedstring tofloat32 tofloat32ornull tofloat32orzero tofloat64 tofloat64ornull
    tofloat64orzero toint128 toint16 toint16ornull toint256 toint32 toint32ornull toint32orzero toint64 toint64ornull toint64orzero
    toint8 tointervalday tointervalhour tointervalminute tointervalmonth tointervalquarter tointervalsecond tointervalweek
    tointervalyear tolowcardinality tonullable tostring totypename touint128 touint16 touint256 touint32 touint32ornull touint32orzero
    touint64 touint64ornull touint64orzero touint8 touuid touuidornull
"""
_NESTED = """
    array arrayall arrayauc arrayavg arraycompact arrayconcat arraycount arraycumsum arraycumsumnonnegative arraydifference
    arraydistinct arraydotproduct arrayelement arrayenumerate arrayenumeratedense arrayenumerateuniq arrayexists arrayfill arrayfilter
    arrayfirst arrayfirstindex arrayflatten arrayfold arrayintersect arrayjaccardindex arrayjoin arraylast arraylastindex arraymap
    arraymax arraymin arraypartialsort arraypopback arraypopfront arrayproduct arraypushback arraypushfront arrayreduce arrayresize
    arrayreverse arrayreversefill arrayreversesort arrayreversesplit arrayrotateleft arrayrotateright arrayshiftleft arrayshiftright
    arrayshingles arrayslice arraysort arraysplit arraysum arraysymmetricdifference arrayunion arrayuniq arraywithconstant arrayzip
    cardinality cosinedistance countequal dotproduct emptyarrayint64 emptyarraystring emptyarraytosingle flatten has hasall hasany
    hassubstr indexof isvalidjson json_exists json_query json_value jsonarraylength jsonextract jsonextractarrayraw jsonextractbool
    jsonextractfloat jsonextractint jsonextractkeys jsonextractkeysandvalues jsonextractkeysandvaluesraw jsonextractraw
    jsonextractstring jsonextractuint jsonhas jsonlength jsonmergepatch jsontype l1distance l1norm l2distance l2norm length_array map
    mapadd mapapply mapconcat mapcontains mapcontainskeylike mapextractkeylike mapfilter mapfromarrays mapkeys mapsort mapsubtract
    mapupdate mapvalues range simplejsonextractbool simplejsonextractfloat simplejsonextractint simplejsonextractraw
    simplejsonextractstring simplejsonextractuint simplejsonhas tojsonstring tuple tupleelement tupleminus tupleplus untuple
    visitparamextractfloat visitparamextractint visitparamextractstring visitparamhas
"""
_CONDITIONS = """
    and arrayexcept arraypartialreversesort assumenotnull bar bitmapand bitmapbuild bitmapcardinality bitmapcontains bitmapor
    bitmaptoarray boundingratio caseWithExpression coalesce corrmatrix cramersv dateadd datesub equals exponentialtimedecayedavg
    finalizeaggregation firstnonDefault formatrow geodistance geohashencode geotoh3 greatcircledistance greater greaterorequals
    groupbitmap groupbitmapand groupbitmapor h3tostring identity if ifnull ipv4cidrtorange isinfinite isipv4string isipv6string
    isnotdistinctfrom isnotnull isnull iszeroornull kolmogorovsmirnovtest less lessorequals mapcontainskey materialize multiif
    neighbor not notequals nowinblock nullif or pointinpolygon quantilebfloat16 reinterpretasdate reinterpretasdatetime
    reinterpretasfloat32 reinterpretasfloat64 reinterpretasint16 reinterpretasint32 reinterpretasint8 rowNumberInBlock
    rownumberinallblocks rownumberinblock runningdifference siphash128 timestampsub toipv4 toipv6 tonullable tostartofmicrosecond
    tostartofmillisecond tostartofnanosecond transform utctimestamp xor yyyymmddtodate
"""

BOOK = Rulebook(
    dialect="clickhouse",
    shown="ClickHouse",
    functions=standard.FUNCTIONS
    | frozenset(name.lower() for name in words(_AGGREGATES, _NUMBERS, _TEXT, _TIME, _CASTS, _NESTED, _CONDITIONS)),
    suffixes=("if", "array", "distinct", "ornull", "orzero", "ordefault", "foreach", "map", "state", "merge", "argmin", "argmax"),
    table_functions=words("numbers numbers_mt zeros generateseries generate_series values"),
    nodes=NODES | words("Final PreWhere CombinedAggFunc ParameterizedAgg CombinedParameterizedAgg WithFill"),
    clauses=more(
        CLAUSES,
        Star="except_ replace",
        Select="prewhere",
        Limit="this expression offset expressions limit_options",
        CTE="scalar",
        Join="global_ expressions",
        LimitOptions="with_ties",
        Ordered="with_fill",
        Group="totals",
    ),
    types=TYPES
    | {
        exp.DataType.Type[name]
        for name in words(
            """
            DATE32 DATETIME64 DECIMAL128 DECIMAL256 DECIMAL32 DECIMAL64 DYNAMIC ENUM16 ENUM8 FIXEDSTRING INT256 IPV4 IPV6 LOWCARDINALITY
            NESTED NOTHING OBJECT POINT UINT256 VARIANT
            """
        )
    },
    system_schemas=standard.SCHEMAS | {"system"},
    session_words=words("_path _file _size _table _database _shard_num _part _partition_id"),
    reads_fields=True,
    long_makers={
        "repeat": 1,
        "leftpad": 1,
        "rightpad": 1,
        "leftpadutf8": 1,
        "rightpadutf8": 1,
        "lpad": 1,
        "rpad": 1,
        "space": 0,
        "arrayresize": 1,
        "arraywithconstant": 0,
        "tofixedstring": 1,
        "bar": 3,
        "timeslots": 1,
        "arrayrotateleft": 1,
    },
    series={
        "numbers": "count",
        "numbers_mt": "count",
        "zeros": "count",
        "range": "ends",
        "generateseries": "ends",
        "generate_series": "ends",
    },
    instead={
        "file": "Files cannot be read; only tables of the catalog.",
        "url": "Addresses cannot be read; only tables of the catalog.",
        "s3": "Addresses cannot be read; only tables of the catalog.",
        "remote": "Other servers cannot be read; only tables of the catalog.",
        "getsetting": "Settings cannot be read.",
        "dictget": "Join the table behind the dictionary.",
        "generaterandom": "Only tables of the catalog, subqueries and numbers(n) stand in FROM.",
        "generateuuidv4": "Row identifiers cannot be made here.",
        "to_char": "Use formatDateTime(value, '%Y-%m').",
        "stddev": "Use stddevSamp or stddevPop.",
    },
)
