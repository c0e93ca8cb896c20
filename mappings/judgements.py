"""What a person judged about the table of codes: rows that do not mean the concept itself (with the
relation of the code to the concept: wider, narrower, relatedto), spellings of units, displays."""

WIDER = """
grade-net-1 SNOMED 54102005
dx-nen-unknown-primary SNOMED 255052006
dx-nen-unknown-primary SNOMED 253000007
dx-nen-unknown-primary ICD-10 C80.0
dx-nen-unknown-primary ICD-10-CM C80.1
dx-nen-unknown-primary ICD-10-CM C7A.1
dx-sclc ICD-O-3 8041/3
dx-sclc ICD-10 C34.9
dx-sclc ICD-10-CM C34.90
dx-prostate-adenocarcinoma-ne SNOMED 399490008
dx-prostate-adenocarcinoma-ne ICD-O-3 8574/3
dx-prostate-adenocarcinoma-ne ICD-10 C61
dx-prostate-adenocarcinoma-ne ICD-10-CM C61
dx-breast-carcinoma-nst ICD-O-3 8500/3
dx-pnet-nonfunctional ICD-O-3 8240/3
dx-pnet-nonfunctional ICD-10 D37.7
dx-pnet-nonfunctional ICD-10-CM D3A.8
dx-metastasis-bone ICD-10 C79.5
dx-metastasis-axillary-ln ICD-10 C77.3
dx-metastasis-axillary-ln ICD-10-CM C77.3
dx-metastasis-mediastinal-ln ICD-10 C77.1
dx-metastasis-mediastinal-ln ICD-10-CM C77.1
dx-catheter-infection ICD-10 T80.2
dx-febrile-neutropenia ICD-10 D70
dx-acute-coronary-syndrome ICD-10 I24.9
dx-acute-coronary-syndrome ICD-10-CM I24.9
sx-proximal-muscle-weakness ICD-10-CM M62.81
sx-proximal-muscle-weakness ICD-10 M62.8
sx-malaise ICD-10 R53
sx-oral-ulcer ICD-10 K12.1
sx-oral-ulcer ICD-10-CM K12.1
sx-acroparesthesia ICD-10 R20.2
sx-acroparesthesia ICD-10-CM R20.2
sx-pruritus SNOMED 418290006
sx-edema-upper-limb SNOMED 267038008
sx-edema-upper-limb ICD-10 R60.0
sx-edema-upper-limb ICD-10-CM R60.0
sx-urinary-frequency ICD-10 R35
sx-urinary-hesitancy ICD-10 R39.1
sx-abdominal-mass ICD-10 R19.0
sx-abdominal-mass ICD-10-CM R19.00
sx-pulmonary-nodule ICD-10 R91
med-mycophenolate-mofetil ATC L04AA06
med-tacrolimus-topical RxNorm 42316
"""

NARROWER = """
ab-mi-2-alpha LOINC 82997-8
ab-mi-2-beta LOINC 82996-0
ab-nxp-2 LOINC 105528-4
dx-dermatomyositis ICD-10-CM M33.13
dx-inflammatory-myopathy SNOMED 702380008
dx-lung-nec ICD-10 C34.1
dx-lung-nec ICD-10-CM C34.11
dx-breast-carcinoma-nst SNOMED 94117003
dx-breast-carcinoma-nst ICD-10 C50.4
dx-breast-carcinoma-nst ICD-10-CM C50.412
dx-hypertension ICD-10-CM I1A.0
dx-sepsis ICD-10 A41.1
dx-sepsis ICD-10-CM A41.1
dx-sepsis ICD-10-CM R65.20
dx-catheter-infection ICD-10-CM T80.211A
dx-interstitial-lung-disease SNOMED 64667001
sx-raynaud ICD-10-CM I73.00
sx-abdominal-pain SNOMED 301717006
sx-abdominal-pain ICD-10 R10.1
sx-abdominal-pain ICD-10-CM R10.11
sx-breast-lump ICD-10-CM N63.20
sx-lymphadenopathy ICD-10 R59.0
sx-lymphadenopathy ICD-10-CM R59.0
sx-pulmonary-nodule SNOMED 427359005
sx-pulmonary-nodule ICD-10-CM R91.1
proc-arterial-embolization SNOMED 57238002
med-betamethasone ATC D07AC01
med-corticosteroid ATC H02AB
"""

# A positive finding is not the test; a topography is not a disease; a question is not its answer.
RELATED = """
ab-ana HPO HP:0003493
ab-asma HPO HP:0003262
ab-mda5 HPO HP:0033033
ab-mi-2 HPO HP:0033554
ab-srp HPO HP:0033713
ab-ku HPO HP:0034088
ab-tif1-gamma HPO HP:0034105
ab-nxp-2 HPO HP:0034142
ab-ars HPO HP:0034147
ab-jo-1 HPO HP:0034152
ab-myositis-panel HPO HP:6000678
ihc-pas SNOMED 255808002
score-gleason SNOMED 385377005
dx-nen-unknown-primary ICD-O-3 C80.9
hist-goblet-cell-carcinoid ICD-O-3 C18.1
dx-lung-nec ICD-10-CM C7A.1
dx-lung-nec ICD-O-3 C34.1
dx-prostate-adenocarcinoma-ne ICD-O-3 C61.9
dx-breast-carcinoma-nst ICD-O-3 C50.4
dx-breast-carcinoma-nst ICD-10-CM Z17.0
dx-pnet-nonfunctional ICD-O-3 C25.9
dx-metastasis-liver ICD-O-3 C22.0
dx-metastasis-bone ICD-O-3 C41.9
dx-metastasis-pelvic-ln ICD-O-3 C77.5
dx-metastasis-axillary-ln ICD-O-3 C77.3
dx-metastasis-mediastinal-ln ICD-O-3 C77.1
dx-febrile-neutropenia ICD-10-CM D70.1
dx-febrile-neutropenia ICD-10-CM R50.81
sx-malar-rash SNOMED 95332009
sx-raynaud SNOMED 195295006
sx-acneiform-rash ICD-10 L27.0
sx-acneiform-rash ICD-10-CM L27.0
sx-abdominal-colic ICD-10-CM R10.83
proc-surgical-castration SNOMED 236334001
proc-parenteral-nutrition SNOMED 225372007
med-methotrexate ATC L01BA01
outcome-no-progression LOINC 97509-4
hx-smoking SNOMED 401201003
"""


def _rows(text, relation):
    return {tuple(line.split()): relation for line in text.split("\n") if line}


INEXACT = {**_rows(WIDER, "wider"), **_rows(NARROWER, "narrower"), **_rows(RELATED, "relatedto")}

# UCUM code -> spellings. A spelling is matched as printed; `u/L` and `mAU/mL` would be valid UCUM
# of another meaning. An international unit does not convert to an enzyme unit.
SPELLINGS = {
    "U/L": ["U/L", "U/l"],
    "[IU]/L": ["[IU]/L", "IU/L", "IU/l"],
    "U/mL": ["U/mL", "U/ml"],
    "m[arb'U]/mL": ["m[arb'U]/mL", "mAU/mL", "mAU/ml"],
    "ukat/L": ["ukat/L", "µkat/L", "μkat/L", "ukat/l"],
    "ng/mL": ["ng/mL", "ng/ml"],
    "pg/mL": ["pg/mL", "pg/ml"],
    "ug/L": ["ug/L", "µg/L", "μg/L", "mcg/L"],
    "mg/dL": ["mg/dL", "mg/dl"],
    "mm/h": ["mm/h", "mm/hr", "mm/hour"],
    "mg": ["mg"],
    "mg/m2": ["mg/m2", "mg/m²"],
    "mg/d": ["mg/d", "mg/day"],
    "mg/kg/d": ["mg/kg/d", "mg/kg/day"],
    "kg": ["kg"],
    "cm": ["cm"],
    "mm": ["mm"],
    "%": ["%"],
    "Cel": ["Cel", "°C"],
    "[HPF]": ["[HPF]", "HPF", "high power fields", "high-power fields"],
    "/(10.[HPF])": ["/(10.[HPF])", "/10 HPF", "/10 high power fields"],
    "{titer}": ["{titer}"],
    "{score}": ["{score}"],
    "{cigarettes}/d": ["{cigarettes}/d", "cigarettes/day", "cigarettes a day"],
    "{pack-years}": ["{pack-years}", "pack-years", "pack years"],
    "h": ["h", "hour", "hours"],
    "d": ["d", "day", "days"],
    "wk": ["wk", "week", "weeks"],
    "mo": ["mo", "month", "months"],
    "a": ["a", "year", "years"],
    "s": ["s", "second", "seconds"],
    "min": ["min", "minute", "minutes"],
    "1": ["1"],
}

DISPLAYS = {
    "lab-ck-isoenzyme-mb": "Creatine kinase MB",
    "lab-ldh": "Lactate dehydrogenase",
    "lab-ast": "Aspartate aminotransferase",
    "lab-alt": "Alanine aminotransferase",
    "lab-crp": "C-reactive protein",
    "lab-esr": "Erythrocyte sedimentation rate",
    "lab-esr-westergren": "Erythrocyte sedimentation rate, Westergren",
    "lab-cea": "Carcinoembryonic antigen",
    "lab-ca-19-9": "CA 19-9",
    "lab-cyfra-21-1": "CYFRA 21-1",
    "lab-scc-antigen": "Squamous cell carcinoma antigen",
    "lab-nse": "Neuron-specific enolase",
    "lab-progrp": "Pro-gastrin-releasing peptide",
    "lab-psa": "Prostate-specific antigen",
    "lab-chromogranin-a-serum": "Chromogranin A in serum",
    "ab-ana": "Antinuclear antibodies",
    "ab-ana-titer": "Antinuclear antibodies, titre by immunofluorescence",
    "ab-ana-titer-no-method": "Antinuclear antibodies, titre",
    "ab-ana-pattern": "Antinuclear antibodies, pattern by immunofluorescence",
    "ab-ana-pattern-no-method": "Antinuclear antibodies, pattern",
    "ab-jo-1": "Jo-1 antibody",
    "ab-pl-7": "PL-7 antibody",
    "ab-pl-12": "PL-12 antibody",
    "ab-oj": "OJ antibody",
    "ab-ej": "EJ antibody",
    "ab-srp": "Signal recognition particle antibody",
    "ab-mda5": "MDA5 antibody",
    "ab-mi-2": "Mi-2 antibody",
    "ab-mi-2-alpha": "Mi-2 alpha antibody",
    "ab-mi-2-beta": "Mi-2 beta antibody",
    "ab-tif1-gamma": "TIF1-gamma antibody",
    "ab-tif1-gamma-quant": "TIF1-gamma antibody, amount",
    "ab-nxp-2": "NXP-2 antibody",
    "ab-ars": "Aminoacyl-tRNA synthetase antibodies",
    "ab-myositis-panel": "Myositis antibody panel",
    "ab-ssa-ro": "SSA (Ro) antibody",
    "ab-ssa-ro-presence": "SSA (Ro) antibody, presence",
    "ab-ssb-la": "SSB (La) antibody",
    "ab-ssb-la-presence": "SSB (La) antibody, presence",
    "ab-scl-70": "Scl-70 antibody",
    "ab-sm": "Sm antibody",
    "ab-asma": "Smooth muscle antibody",
    "ab-rnp": "RNP antibody",
    "ab-pm-scl-100": "PM-Scl-100 antibody",
    "ihc-ki-67": "Ki-67 stain",
    "ihc-ki-67-breast": "Ki-67 stain in breast",
    "ihc-cd56": "CD56 stain",
    "ihc-ttf-1": "TTF-1 stain",
    "ihc-cdx2": "CDX2 stain",
    "ihc-chromogranin-a": "Chromogranin A stain",
    "ihc-pas": "PAS stain",
    "ihc-ae1-ae3": "Cytokeratin AE1/AE3 stain",
    "ihc-psa": "PSA stain",
    "ihc-er": "Oestrogen receptor stain in breast",
    "ihc-er-tissue": "Oestrogen receptor stain",
    "ihc-pr": "Progesterone receptor stain in breast",
    "ihc-pr-tissue": "Progesterone receptor stain",
    "ihc-her2": "HER2 stain in breast",
    "ihc-her2-interpretation": "HER2, interpretation",
    "ihc-her2-positive-carcinoma": "HER2 positive carcinoma of breast",
    "ihc-er-positive-tumor": "Oestrogen receptor positive tumour",
    "ihc-pr-positive-tumor": "Progesterone receptor positive tumour",
    "ihc-generic": "Immune stain",
    "ihc-method": "Immunohistochemistry",
    "path-he-stain": "Haematoxylin and eosin stain",
    "path-icd-o-3-behavior": "Behaviour, ICD-O-3",
    "score-gleason": "Gleason score",
    "score-gleason-primary": "Gleason pattern, primary",
    "score-gleason-secondary": "Gleason pattern, secondary",
    "score-gleason-4-plus-5": "Gleason score 4 + 5",
    "score-mrc-muscle-strength": "MRC muscle strength",
    "stage-t-category": "T category",
    "stage-ct-category": "cT category",
    "stage-n-category": "N category",
    "stage-cn-category": "cN category",
    "stage-m-category": "M category",
    "stage-cm-category": "cM category",
    "stage-ctx": "AJCC cTX",
    "stage-cn3": "AJCC cN3",
    "stage-cm0": "AJCC cM0",
    "stage-ct4": "AJCC cT4",
    "stage-cn1": "AJCC cN1",
    "stage-cm1": "AJCC cM1",
    "stage-tnm": "TNM stage",
    "stage-tnm-stage-group-clinical": "Clinical TNM stage",
    "stage-method-ajcc7": "AJCC, 7th edition",
    "stage-method-ajcc8": "AJCC, 8th edition",
    "grade-observation": "Histologic grade",
    "grade-net-1": "Neuroendocrine tumour grade 1",
    "grade-histologic-2": "Histologic grade 2",
    "grade-histologic-3": "Histologic grade 3",
    "grade-nottingham-ii": "Nottingham grade II",
    "grade-mcode-low": "Low grade",
    "grade-mcode-intermediate": "Intermediate grade",
    "perf-status": "ECOG performance status",
    "perf-kps": "Karnofsky performance status",
    "dx-nen-unknown-primary": "Neuroendocrine neoplasm of unknown primary",
    "dx-lung-nec": "Neuroendocrine carcinoma of lung",
    "dx-lcnec": "Large cell neuroendocrine carcinoma",
    "dx-sclc": "Small cell lung cancer",
    "dx-prostate-adenocarcinoma-ne": "Prostate adenocarcinoma with neuroendocrine differentiation",
    "dx-breast-carcinoma-nst": "Breast carcinoma of no special type",
    "dx-pnet-nonfunctional": "Pancreatic neuroendocrine tumour, non-functional",
    "dx-metastasis-liver": "Metastasis in liver",
    "dx-metastasis-bone": "Metastasis in bone",
    "dx-metastasis-pelvic-ln": "Metastasis in pelvic lymph nodes",
    "dx-metastasis-axillary-ln": "Metastasis in axillary lymph nodes",
    "dx-metastasis-mediastinal-ln": "Metastasis in mediastinal lymph nodes",
    "dx-metastasis-lumbar-spine": "Metastasis in lumbar spine",
    "dx-metastasis-rib": "Metastasis in rib",
    "dx-metastasis-sacrum": "Metastasis in sacrum",
    "dx-metastasis-ilium": "Metastasis in ilium",
    "dx-sle": "Systemic lupus erythematosus",
    "dx-sepsis-organism-s-epidermidis": "Staphylococcus epidermidis",
    "proc-us-guided-biopsy": "Ultrasound-guided biopsy",
    "proc-emg": "Electromyography",
    "proc-upper-gi-endoscopy": "Upper gastrointestinal endoscopy",
    "proc-eus": "Endoscopic ultrasonography",
    "proc-eus-fna-mediastinal-ln": "EUS-guided fine needle aspiration of mediastinal lymph node",
    "proc-adt": "Androgen deprivation therapy",
    "img-ct": "Computed tomography",
    "img-ct-chest": "Computed tomography of chest",
    "img-ct-abdomen": "Computed tomography of abdomen",
    "img-ct-abdomen-pelvis": "Computed tomography of abdomen and pelvis",
    "img-ct-chest-abdomen-pelvis": "Computed tomography of chest, abdomen and pelvis",
    "img-ct-ce": "Contrast-enhanced computed tomography",
    "img-mri": "Magnetic resonance imaging",
    "img-mri-muscle": "Magnetic resonance imaging of muscle",
    "img-mri-breast": "Magnetic resonance imaging of breast",
    "img-pet": "Positron emission tomography",
    "img-us": "Ultrasonography",
    "img-us-abdomen": "Ultrasonography of abdomen",
    "img-us-transvaginal": "Transvaginal ultrasonography",
    "med-ivig": "Intravenous immunoglobulin",
    "hx-smoking": "Smoking history",
    "hx-smoker": "Smoker",
    "hx-smoking-status": "Smoking status",
    "hx-smoking-pack-years": "Pack-years smoked",
}
