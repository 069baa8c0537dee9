-- The flights warehouse: every flight that was to leave New York City's three airports in 2013, with airlines, airports,
-- planes and hourly weather. Columns are the source's own; flight_date and weather_date are added, so that periods are dates.
-- Two links of the source do not hold for every row and are therefore described, not declared:
-- flights.dest (four airports are not listed) and flights.tailnum (some planes are not registered).

CREATE TABLE airlines (
    carrier text PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE airports (
    faa text PRIMARY KEY,
    name text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    alt integer NOT NULL,
    tz integer NOT NULL,
    dst text NOT NULL,
    tzone text
);

CREATE TABLE planes (
    tailnum text PRIMARY KEY,
    year integer,
    type text NOT NULL,
    manufacturer text NOT NULL,
    model text NOT NULL,
    engines integer NOT NULL,
    seats integer NOT NULL,
    speed integer,
    engine text NOT NULL
);

CREATE TABLE weather (
    origin text NOT NULL REFERENCES airports (faa),
    year integer NOT NULL,
    month integer NOT NULL,
    day integer NOT NULL,
    hour integer NOT NULL,
    temp double precision,
    dewp double precision,
    humid double precision,
    wind_dir integer,
    wind_speed double precision,
    wind_gust double precision,
    precip double precision NOT NULL,
    pressure double precision,
    visib double precision NOT NULL,
    time_hour timestamptz NOT NULL,
    weather_date date NOT NULL GENERATED ALWAYS AS (make_date(year, month, day)) STORED,
    PRIMARY KEY (origin, time_hour)
);

CREATE TABLE flights (
    year integer NOT NULL,
    month integer NOT NULL,
    day integer NOT NULL,
    dep_time integer,
    sched_dep_time integer NOT NULL,
    dep_delay integer,
    arr_time integer,
    sched_arr_time integer NOT NULL,
    arr_delay integer,
    carrier text NOT NULL REFERENCES airlines (carrier),
    flight integer NOT NULL,
    tailnum text,
    origin text NOT NULL REFERENCES airports (faa),
    dest text NOT NULL,
    air_time integer,
    distance integer NOT NULL,
    hour integer NOT NULL,
    minute integer NOT NULL,
    time_hour timestamptz NOT NULL,
    flight_date date NOT NULL GENERATED ALWAYS AS (make_date(year, month, day)) STORED,
    PRIMARY KEY (year, month, day, carrier, flight, origin)
);

CREATE INDEX flights_flight_date ON flights (flight_date);
CREATE INDEX flights_carrier ON flights (carrier);
CREATE INDEX flights_dest ON flights (dest);
CREATE INDEX flights_tailnum ON flights (tailnum);
CREATE INDEX flights_origin_time_hour ON flights (origin, time_hour);
CREATE INDEX weather_weather_date ON weather (weather_date);

COMMENT ON TABLE airlines IS 'Carriers by their two-letter code. One row per carrier.';
COMMENT ON COLUMN airlines.carrier IS 'Two-letter IATA code of the carrier, such as UA.';
COMMENT ON COLUMN airlines.name IS 'Full name of the carrier, such as United Air Lines Inc.';

COMMENT ON TABLE airports IS 'Airports of the United States by FAA code. One row per airport. Not every destination is listed: SJU, BQN, STT and PSE are missing.';
COMMENT ON COLUMN airports.faa IS 'Three-letter FAA code, such as JFK.';
COMMENT ON COLUMN airports.name IS 'Name of the airport. Some names occur more than once.';
COMMENT ON COLUMN airports.lat IS 'Latitude in degrees.';
COMMENT ON COLUMN airports.lon IS 'Longitude in degrees; west is negative.';
COMMENT ON COLUMN airports.alt IS 'Altitude in feet.';
COMMENT ON COLUMN airports.tz IS 'Hours that standard time is ahead of UTC; west is negative.';
COMMENT ON COLUMN airports.dst IS 'Daylight saving time: A as in the United States, N none, U unknown.';
COMMENT ON COLUMN airports.tzone IS 'IANA time zone. Null where the source knows none.';

COMMENT ON TABLE planes IS 'Registered planes by tail number. One row per plane. Holds no plane for part of the tail numbers in flights, above all of the carriers AA and MQ, which report fleet numbers.';
COMMENT ON COLUMN planes.tailnum IS 'Tail number, such as N14228.';
COMMENT ON COLUMN planes.year IS 'Year in which the plane was made. Null where unknown. Not the year of a flight.';
COMMENT ON COLUMN planes.type IS 'Kind of aircraft: Fixed wing multi engine, Fixed wing single engine or Rotorcraft.';
COMMENT ON COLUMN planes.manufacturer IS 'Manufacturer as registered; one maker can have several spellings (AIRBUS and AIRBUS INDUSTRIE, three of MCDONNELL DOUGLAS).';
COMMENT ON COLUMN planes.model IS 'Model, such as 737-824.';
COMMENT ON COLUMN planes.engines IS 'Number of engines.';
COMMENT ON COLUMN planes.seats IS 'Number of seats of the plane. Not passengers: nobody counted those.';
COMMENT ON COLUMN planes.speed IS 'Average cruising speed in mph. Null for nearly every plane.';
COMMENT ON COLUMN planes.engine IS 'Kind of engine, such as Turbo-fan.';

COMMENT ON TABLE weather IS 'Hourly weather at the three New York City airports. One row per airport and hour; some hours are missing, among them those of December 31, 2013.';
COMMENT ON COLUMN weather.origin IS 'Airport of the reading: EWR, JFK or LGA.';
COMMENT ON COLUMN weather.year IS 'Year of the reading, local time.';
COMMENT ON COLUMN weather.month IS 'Month of the reading (1 to 12), local time.';
COMMENT ON COLUMN weather.day IS 'Day of the month, local time.';
COMMENT ON COLUMN weather.hour IS 'Hour of the day (0 to 23), local time. The hour that clocks went back, November 3, occurs twice: join by time_hour.';
COMMENT ON COLUMN weather.temp IS 'Temperature in degrees Fahrenheit.';
COMMENT ON COLUMN weather.dewp IS 'Dew point in degrees Fahrenheit.';
COMMENT ON COLUMN weather.humid IS 'Relative humidity in percent (0 to 100).';
COMMENT ON COLUMN weather.wind_dir IS 'Direction the wind comes from, in degrees.';
COMMENT ON COLUMN weather.wind_speed IS 'Wind speed in mph. One reading of the source is impossible (1048 mph at EWR on February 12).';
COMMENT ON COLUMN weather.wind_gust IS 'Speed of gusts in mph. Null in hours without gusts.';
COMMENT ON COLUMN weather.precip IS 'Precipitation in inches in that hour.';
COMMENT ON COLUMN weather.pressure IS 'Air pressure at sea level in millibars.';
COMMENT ON COLUMN weather.visib IS 'Visibility in miles; 10 is the most that is recorded.';
COMMENT ON COLUMN weather.time_hour IS 'Start of the hour as an instant; New York local time is AT TIME ZONE ''America/New_York''.';
COMMENT ON COLUMN weather.weather_date IS 'Date of the reading in New York, made of year, month and day.';

COMMENT ON TABLE flights IS 'Scheduled flights that were to leave EWR, JFK or LGA in 2013. One row per flight, cancelled flights included (dep_time is null).';
COMMENT ON COLUMN flights.year IS 'Year of the scheduled departure, always 2013.';
COMMENT ON COLUMN flights.month IS 'Month of the scheduled departure (1 to 12).';
COMMENT ON COLUMN flights.day IS 'Day of the month of the scheduled departure.';
COMMENT ON COLUMN flights.dep_time IS 'Actual departure, local time as HHMM (517 is 05:17, 2400 is midnight). Null when the flight was cancelled.';
COMMENT ON COLUMN flights.sched_dep_time IS 'Scheduled departure, local time as HHMM.';
COMMENT ON COLUMN flights.dep_delay IS 'Departure delay in minutes; negative is early. Null when the flight was cancelled.';
COMMENT ON COLUMN flights.arr_time IS 'Actual arrival, local time at the destination as HHMM. Null when the flight did not arrive.';
COMMENT ON COLUMN flights.sched_arr_time IS 'Scheduled arrival, local time at the destination as HHMM.';
COMMENT ON COLUMN flights.arr_delay IS 'Arrival delay in minutes; negative is early. Null when the flight was cancelled, diverted or not reported.';
COMMENT ON COLUMN flights.carrier IS 'Two-letter code of the carrier; its name is in airlines.';
COMMENT ON COLUMN flights.flight IS 'Flight number of the carrier. Used again every day: a flight is known by date, carrier, number and origin.';
COMMENT ON COLUMN flights.tailnum IS 'Tail number of the plane. Null for part of the cancelled flights; not always in planes, and no foreign key for that reason.';
COMMENT ON COLUMN flights.origin IS 'Airport of departure: EWR (Newark), JFK (Kennedy) or LGA (LaGuardia).';
COMMENT ON COLUMN flights.dest IS 'Airport of destination. SJU, BQN, STT and PSE are not in airports, and no foreign key for that reason: join with LEFT JOIN.';
COMMENT ON COLUMN flights.air_time IS 'Minutes in the air. Null when the flight was cancelled, diverted or not reported.';
COMMENT ON COLUMN flights.distance IS 'Miles between the two airports.';
COMMENT ON COLUMN flights.hour IS 'Hour of the scheduled departure (0 to 23), local time.';
COMMENT ON COLUMN flights.minute IS 'Minute of the scheduled departure.';
COMMENT ON COLUMN flights.time_hour IS 'Hour of the scheduled departure as an instant; New York local time is AT TIME ZONE ''America/New_York''. Joins to weather together with origin.';
COMMENT ON COLUMN flights.flight_date IS 'Date of the scheduled departure in New York, made of year, month and day.';
