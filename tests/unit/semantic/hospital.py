"""A hospital that no rule of the reader was written for: admissions with a length and a price, treatments of their own, wards."""

from datetime import date

from analytics_agent import semantic
from analytics_agent.semantic.model import SemanticModel
from analytics_agent.semantic.reader import Outcome, read

TODAY = date(2026, 3, 31)
YAML = """
version: 0.2.0.dev0
semantic_model:
  - name: hospital
    description: Admissions and treatments of a hospital.
    custom_extensions:
      - vendor_name: ANALYTICS_AGENT
        data: '{"as_of": {"date": "2026-03-31"}, "time_field": "admissions.admitted_on", "not_covered": {"staff pay": ["wages", "salary"]},
                "examples": ["How many admissions were there in 2025?", "Mean stay by ward", "Treatments by kind in 2025"]}'
    datasets:
      - name: admissions
        source: public.admissions
        primary_key: [admission_id]
        ai_context: {synonyms: [admission]}
        fields:
          - {name: admission_id, expression: {dialects: [{dialect: ANSI_SQL, expression: admission_id}]}, datatype: Integer,
             custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "key"}'}]}
          - {name: patient_id, expression: {dialects: [{dialect: ANSI_SQL, expression: patient_id}]}, datatype: Integer,
             custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "key"}'}]}
          - {name: ward_id, expression: {dialects: [{dialect: ANSI_SQL, expression: ward_id}]}, datatype: Integer,
             custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "key"}'}]}
          - name: admitted_on
            label: Day of admission
            expression: {dialects: [{dialect: ANSI_SQL, expression: admitted_on}]}
            datatype: Date
            dimension: {is_time: true}
            custom_extensions:
              - {vendor_name: ANALYTICS_AGENT, data: '{"role": "time", "grains": ["day", "week", "month", "quarter", "year"]}'}
          - name: way
            label: Way of admission
            expression: {dialects: [{dialect: ANSI_SQL, expression: way}]}
            datatype: String
            dimension: {is_time: false}
            custom_extensions:
              - {vendor_name: ANALYTICS_AGENT, data: '{"values": {"emergency": ["emergencies", "urgent"], "planned": ["elective"],
                 "transfer": ["transferred"]}}'}
          - {name: stay, label: Length of stay, expression: {dialects: [{dialect: ANSI_SQL, expression: stay}]}, datatype: Integer,
             ai_context: {synonyms: [nights]},
             custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "attribute", "unit": "days"}'}]}
      - name: patients
        source: public.patients
        primary_key: [patient_id]
        fields:
          - {name: patient_id, expression: {dialects: [{dialect: ANSI_SQL, expression: patient_id}]}, datatype: Integer,
             custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "key"}'}]}
          - name: insurance
            label: Insurance
            expression: {dialects: [{dialect: ANSI_SQL, expression: insurance}]}
            datatype: String
            dimension: {is_time: false}
            ai_context: {synonyms: [insurances, insurer]}
            custom_extensions:
              - {vendor_name: ANALYTICS_AGENT, data: '{"values": {"public": [], "private": ["privately insured"], "none": ["uninsured"]}}'}
          - name: age
            label: Age
            expression: {dialects: [{dialect: ANSI_SQL, expression: age}]}
            datatype: Integer
            dimension: {is_time: false}
            ai_context: {synonyms: [years of age]}
      - name: wards
        source: public.wards
        primary_key: [ward_id]
        fields:
          - {name: ward_id, expression: {dialects: [{dialect: ANSI_SQL, expression: ward_id}]}, datatype: Integer,
             custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "key"}'}]}
          - name: name
            label: Ward
            expression: {dialects: [{dialect: ANSI_SQL, expression: name}]}
            datatype: String
            dimension: {is_time: false}
            ai_context: {synonyms: [wards, unit, units]}
            custom_extensions:
              - {vendor_name: ANALYTICS_AGENT, data: '{"values": {"Surgery": ["surgical ward"], "Cardiology": ["heart ward"],
                 "Maternity": [], "Pediatrics": ["children ward"]}}'}
      - name: treatments
        source: public.treatments
        primary_key: [treatment_id]
        fields:
          - {name: treatment_id, expression: {dialects: [{dialect: ANSI_SQL, expression: treatment_id}]}, datatype: Integer,
             custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "key"}'}]}
          - {name: ward_id, expression: {dialects: [{dialect: ANSI_SQL, expression: ward_id}]}, datatype: Integer,
             custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "key"}'}]}
          - name: given_on
            label: Day of treatment
            expression: {dialects: [{dialect: ANSI_SQL, expression: given_on}]}
            datatype: Date
            dimension: {is_time: true}
          - name: kind
            label: Kind of treatment
            expression: {dialects: [{dialect: ANSI_SQL, expression: kind}]}
            datatype: String
            dimension: {is_time: false}
            ai_context: {synonyms: [kind, kinds, type of treatment]}
            custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"values": {"scan": ["scans"], "infusion": ["infusions"]}}'}]
    relationships:
      - {name: to_patients, from: admissions, to: patients, from_columns: [patient_id], to_columns: [patient_id]}
      - {name: to_wards, from: admissions, to: wards, from_columns: [ward_id], to_columns: [ward_id]}
      - {name: treatments_to_wards, from: treatments, to: wards, from_columns: [ward_id], to_columns: [ward_id]}
    metrics:
      - name: admissions
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(admissions.admission_id)}]}
        description: Admissions of all kinds.
        ai_context: {synonyms: [number of admissions]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"unit": "admissions", "additivity": "additive",
          "dataset": "admissions"}'}]
      - name: patients_treated
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(DISTINCT admissions.patient_id)}]}
        description: Different persons with an admission.
        ai_context: {synonyms: [patients, different patients, persons]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"label": "Patients", "unit": "patients", "additivity": "non_additive",
          "dataset": "admissions"}'}]
      - name: mean_stay
        expression: {dialects: [{dialect: ANSI_SQL, expression: AVG(admissions.stay)}]}
        description: Days from admission to discharge, on average.
        ai_context: {synonyms: [average stay, average length of stay, stay]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"label": "Mean stay", "unit": "days", "additivity": "non_additive",
          "dataset": "admissions", "weight": "admissions", "higher_is": "bad"}'}]
      - name: readmission_rate
        expression: {dialects: [{dialect: ANSI_SQL, expression: AVG(CASE WHEN admissions.stay > 0 THEN 1.0 ELSE 0 END)}]}
        description: Admissions that were followed by another one within 30 days.
        ai_context: {synonyms: [readmissions, readmitted, share readmitted]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"label": "Readmission rate", "format": "percent",
          "additivity": "non_additive", "dataset": "admissions", "weight": "admissions", "higher_is": "bad"}'}]
      - name: costs
        expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(admissions.stay)}]}
        description: What the stays cost.
        ai_context: {synonyms: [cost, expenses, spending]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"label": "Costs", "unit": "€", "format": "currency",
          "additivity": "additive", "dataset": "admissions"}'}]
      - name: treatments
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(treatments.treatment_id)}]}
        description: Treatments given.
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"unit": "treatments", "additivity": "additive",
          "dataset": "treatments"}'}]
"""


def model() -> SemanticModel:
    return semantic.load(YAML)


OVERVIEW = semantic.overview(model())


def ask(question: str, clarified: str = "") -> Outcome:
    return read(question, OVERVIEW, TODAY, clarified=clarified)
