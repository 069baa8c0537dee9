"""Functions by meaning: the classes of sqlglot that stand for functions without side effects, in whatever dialect.

A statement's functions are judged twice. In the tree, a function that sqlglot knows must be of a class listed here, and any other
must be on the list of its dialect's rulebook by the name as written. In the text that is sent, every name before a bracket must be
on that list (last_look.py), so that a class is allowed only where the engine's own function for it is.

Left out on purpose: whatever reads files, settings, the server or the session, sleeps, sets, notifies, takes SQL as text, asks a
model, draws numbers from sequences, or makes long text from short.
"""

import re
from functools import cache

from sqlglot import exp

from analytics_agent.sql.verdict import Context
from analytics_agent.sql.words import words

_AGGREGATES = """
    ApproxPercentileAccumulate ApproxPercentileCombine ApproxPercentileEstimate ApproxTopKAccumulate ApproxTopKCombine
    ApproxTopKEstimate
    AnyValue ApproxDistinct ApproxQuantile ArgMax ArgMin ArrayAgg ArrayUniqueAgg Avg BitwiseAndAgg BitwiseOrAgg BitwiseXorAgg Corr
    ApproxQuantiles ApproxTopK ApproxTopSum ApproximateSimilarity ArrayConcatAgg ArrayUnionAgg BitmapBitPosition BitmapBucketNumber
    BitmapConstructAgg BitmapCount BitmapOrAgg BoolxorAgg HashAgg Hll Minhash MinhashCombine ObjectAgg RegrValx RegrValy Count CountIf
    CovarPop CovarSamp First GroupConcat Grouping GroupingId JSONArrayAgg JSONBObjectAgg JSONObjectAgg Kurtosis Last LogicalAnd
    LogicalOr Max Median Min Mode PercentileCont PercentileDisc Quantile RegrAvgx RegrAvgy RegrCount RegrIntercept RegrR2 RegrSlope
    RegrSxx RegrSxy RegrSyy Skewness Stddev StddevPop StddevSamp Sum Variance VariancePop
"""
_WINDOWS = "CumeDist DenseRank FirstValue Lag LastValue Lead NthValue Ntile PercentRank Rank RowNumber"
_NUMBERS = """
    Abs Acos Acosh Asin Asinh Atan Atan2 Atanh BitwiseCount Cbrt Ceil Cos Cosh Cot Degrees Exp Factorial Floor Greatest IsInf IsNan
    Booland Boolnot Boolor CosineDistance Coth Csc Csch DotProduct EuclideanDistance Float64 Getbit Int64 ManhattanDistance Nanvl
    Negative RangeBucket Rint SafeAdd SafeMultiply SafeNegate SafeSubtract Sec Sech Seq1 Seq2 Seq4 Seq8 ToDouble TryToDecfloat
    ToDecfloat Least Ln Log Pi Radians Rand Randn Round SafeDivide Sign Sin Sinh Sqrt Tan Tanh ToNumber Trunc Uniform WidthBucket
"""
_TEXT = """
    Base64DecodeString Base64Encode CityHash64 CodePointsToBytes CodePointsToString Collation Decode DecodeCase Elt Encode
    FarmFingerprint FromBase FromBase32 FromBase64 HexDecodeString IsAscii LowerHex MD5Digest MD5NumberLower64 MD5NumberUpper64
    Normalize NumberToStr ParseBignumeric ParseIp ParseNumeric ParseUrl RegDomain RtrimmedLength SHA1Digest SHA2Digest
    SafeConvertBytesToString Host SoundexP123 Space StrtokToArray String Stuff SubstringIndex ToBase32 ToBase64 ToCodePoints
    TryBase64DecodeString TryHexDecodeString Unhex WeightString Ascii BitLength ByteLength Chr Concat ConcatWs Contains EndsWith Format
    Hex Initcap JarowinklerSimilarity Left Length Levenshtein Lower MD5 Overlay Pad RegexpCount RegexpExtract RegexpExtractAll
    RegexpFullMatch RegexpInstr RegexpReplace RegexpSplit RegexpSubstr Repeat Replace Reverse Right SHA SHA2 Soundex Split SplitPart
    StartsWith StrPosition Strtok Substring Translate Trim Unicode Upper
"""
_TIME = """
    AddMonths CurrentTimestampLTZ DateFromUnixDate DateToDateStr DateToDi DatetimeAdd DatetimeDiff DatetimeSub DatetimeTrunc DiToDate
    FromISO8601Date FromISO8601Timestamp FromISO8601TimestampNanos MonthsBetween NextDay ParseDatetime ParseTime PreviousDay
    Systimestamp TimeAdd TimeDiff TimeSlice TimeStrToDate TimeStrToUnix TimeSub TimeToTimeStr TimestampLtzFromParts ToDays TsOrDiToDi
    TsOrDsToDateStr UnixDate UnixToStr UnixToTimeStr UtcDate UtcTime UtcTimestamp WeekStart ConvertTimezone CurrentDate CurrentDatetime
    CurrentTime CurrentTimestamp Date DateAdd DateBin DateDiff DateFromParts DateStrToDate DateSub Datetime DateTrunc Day Dayname
    DayOfMonth DayOfWeek DayOfWeekIso DayOfYear Extract Hour JustifyDays JustifyHours JustifyInterval LastDay Localtime Localtimestamp
    MakeInterval Minute Month Monthname Quarter Second StrToDate StrToTime StrToUnix Time TimeFromParts Timestamp TimestampAdd
    TimestampDiff TimestampFromParts TimestampSub TimestampTrunc TimestampTzFromParts TimeStrToTime TimeToStr TimeToUnix TimeTrunc
    ToChar TsOrDsAdd TsOrDsDiff TsOrDsToDate TsOrDsToDatetime TsOrDsToTime TsOrDsToTimestamp UnixMicros UnixMillis UnixSeconds
    UnixToTime Week WeekOfYear Year YearOfWeek YearOfWeekIso
"""
_NESTED = """
    ArrayAll ArrayAny ArrayCompact ArrayConstructCompact ArrayExcept ArrayInsert ArrayRemoveAt ArraysZip CheckJson EqualNull FromJson
    GetExtract GetIgnoreCase Inline IsArray IsNullValue JSONArrayAppend JSONArrayContains JSONArrayInsert JSONBContainsAllTopKeys
    JSONBContainsAnyTopKeys JSONBDeleteAtPath JSONBPathExists JSONBool JSONCast JSONExtractArray JSONKeysAtDepth JSONRemove JSONSet
    JSONStripNulls JSONTable JSONValueArray LaxBool LaxFloat64 LaxInt64 LaxString MapCat MapContainsKey MapDelete MapInsert MapPick
    MapSize ObjectInsert OpenJSON Posexplode PosexplodeOuter SplitToTable Stack StrToMap StripNullValue StrtokSplitToTable ToMap
    ToVariant VarMap StDistance StPoint Array ArrayAppend ArrayConcat ArrayContains ArrayDistinct ArrayFilter ArrayFirst ArrayIntersect
    ArrayLast ArrayMax ArrayMin ArrayPosition ArrayPrepend ArrayRemove ArrayReverse ArraySize ArraySlice ArraySort ArraySum
    ArrayToString Explode Flatten JSONArray JSONBContainsTopKey JSONExists JSONFormat JSONKeys JSONObject JSONType List Map
    MapFromEntries MapKeys ParseJSON Reduce StringToArray Struct StructExtract ToArray Transform Typeof Unnest
"""
_SERIES = "ExplodingGenerateSeries GenerateSeries GenerateDateArray GenerateTimestampArray"
_CONDITIONS = "CastToStrType Convert IsNullValue MatchAgainst NetFunc Nvl2 SafeFunc ToBoolean Try"

CLASSES = words(_AGGREGATES, _WINDOWS, _NUMBERS, _TEXT, _TIME, _NESTED, _SERIES, _CONDITIONS, "Generator _ExplodeOuter ExplodeOuter")

NAMED = (exp.Anonymous, exp.AnonymousAggFunc, exp.CombinedAggFunc, exp.ParameterizedAgg, exp.CombinedParameterizedAgg)
"""Calls that keep the name as it was written."""


def name_of(call: exp.Expr) -> str:
    """The function's name in lower case, as written or as sqlglot names it."""
    if isinstance(call, NAMED):
        return call.name.lower()
    return _spelled(call.sql_name().lower()) if isinstance(call, exp.Func) else ""


@cache
def _spelled(name: str) -> str:
    """sqlglot spells names that it does not list letter by letter where they are capitals: j_s_o_n_table."""
    return re.sub(r"(?<![a-z])([a-z])_(?=[a-z](_|$))", r"\1", name)


def is_known(call: exp.Func, context: Context) -> bool:
    """Whether this call may stand in a statement of this dialect. A quoted name is not: "Lower" may be somebody's own function."""
    if isinstance(call, NAMED):
        return isinstance(call.this, str) and context.has_function(call.this)
    return type(call).__name__ in CLASSES
