"""The shared vocabulary: the codes of occupation groups and skills, their version and its hash.

The hash stands in every token, so that two nodes never read one code in two ways. A code
never goes and never changes its meaning: every version holds all codes of those before it.
The words stand in config/vocabulary.
"""

from typing import Annotated, Final

from pydantic import AfterValidator

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.hashing import sha256

VOCABULARY_VERSION: Final = 2

OCCUPATIONS: Final = (
    "administration",
    "agriculture",
    "architecture",
    "beauty",
    "care",
    "childcare",
    "construction",
    "consulting",
    "corporate_it",
    "creative",
    "customer_service",
    "data",
    "driving",
    "education",
    "engineering",
    "executive",
    "facilities",
    "finance",
    "financial_services",
    "food",
    "hospitality",
    "hr",
    "infrastructure",
    "legal",
    "logistics",
    "maintenance",
    "manufacturing",
    "marketing",
    "media",
    "medical",
    "medical_office",
    "nursing",
    "pharma",
    "planning",
    "production_control",
    "public_sector",
    "quality",
    "real_estate",
    "research",
    "retail",
    "sales",
    "security_guard",
    "software",
)

# No skill belongs to one group: a salesperson may know SQL.
# fmt: off
SKILLS: Final = (
    "account_management", "accounting_software", "accounts", "acupuncture", "advertising",
    "advertising_sales", "agile", "angular", "applied_it", "architect", "assembly",
    "asset_management", "assistant_nurse", "automotive_engineering", "aws", "azure", "beauty_care",
    "bi_tools", "bim", "biotechnology", "boiler", "bookkeeping", "brand_management", "bridal",
    "building_design", "building_management", "building_supervision", "business_planning",
    "business_systems", "c_language", "cad", "cae", "call_centre", "car_mechanic", "car_sales",
    "care_manager", "care_training", "care_work", "care_worker", "career_consulting", "carpentry",
    "casting", "catia", "chemistry", "chinese", "ci_cd", "civil_design", "civil_supervision",
    "cleaning", "clinical_development", "cobol", "complaint_handling", "compliance",
    "computer_vision", "consolidated_accounting", "consulting_engineer", "containers",
    "content_marketing", "contract_law", "control_engineering", "cooking", "corporate_governance",
    "corporate_systems", "cost_accounting", "cost_estimation", "cpp", "crane", "creo", "crm_tools",
    "csharp", "customer_success", "customer_support", "data_analysis", "data_engineering",
    "data_science", "delivery", "dental_care", "dietitian", "digital_marketing",
    "disclosure_reports", "django", "doctor", "documentation", "driving_licence", "ecommerce",
    "editing", "electrical_chief", "electrical_design", "electrical_supervision", "electrician",
    "embedded_software", "english", "environment_management", "equipment_maintenance",
    "event_planning", "excel", "excel_vba", "farming", "figma", "financial_audit",
    "financial_closing", "financial_planner", "fire_equipment", "fire_prevention", "flutter",
    "food_development", "food_hygiene", "food_manufacturing", "food_service", "forestry",
    "forklift", "fpga", "french", "fundamental_it", "game_development", "gcp", "general_affairs",
    "generative_ai", "german", "git", "gmp", "go", "google_workspace", "graphic_design",
    "hairdressing", "hazardous_materials", "health_officer", "heavy_equipment", "high_pressure_gas",
    "hotel_service", "housing_sales", "hr_planning", "html_css", "hvac", "ifrs", "illustration",
    "illustrator", "indonesian", "information_security", "infrastructure_as_code",
    "injection_moulding", "inside_sales", "inspection", "insurance_licence",
    "intellectual_property", "interior_design", "internal_audit", "interpreting",
    "inventory_management", "investor_relations", "ipo", "it_helpdesk", "it_passport", "it_sales",
    "japanese_teaching", "java", "javascript", "jw_cad", "kindergarten_teacher", "kintone",
    "korean", "kotlin", "labour_consultant", "labour_management", "landscaping", "laravel",
    "large_vehicle", "lawyer", "lean_production", "legal_scrivener", "lending", "linux", "low_code",
    "machine_learning", "machining", "management_accounting", "management_consulting",
    "market_research", "marketing_automation", "materials_engineering", "matlab",
    "mechanical_design", "medical_office", "medical_sales", "medical_technology", "medium_vehicle",
    "merchandising", "mergers_acquisitions", "mobile_apps", "mould_design", "ms_access",
    "ms_office", "mysql", "natural_language_processing", "networking", "new_business", "nodejs",
    "nosql", "nurse", "nursery_teacher", "office_work", "optics", "oracle_db", "overseas_business",
    "overseas_sales", "partner_sales", "passenger_licence", "pastry", "payroll",
    "people_management", "pharmacist", "photography", "photoshop", "php", "pipe_supervision",
    "plant_engineering", "plc", "plumbing", "pmo", "portuguese", "postgresql", "power_electronics",
    "powerpoint", "presentation", "printing", "privacy", "process_improvement", "procurement",
    "product_design", "product_management", "product_planning", "product_testing",
    "production_control", "production_engineering", "project_management", "property_management",
    "proposal_writing", "psychology", "public_accountant", "public_administration",
    "public_health_nurse", "public_relations", "python", "quality_control", "r_language", "rails",
    "react", "real_estate_licence", "real_estate_sales", "reception", "recruiting",
    "registered_seller", "regulatory_affairs", "rehabilitation", "requirements_definition",
    "retail_sales", "risk_management", "robotics", "rpa", "ruby", "rust", "safety_training",
    "sales_assistance", "sales_b2b", "sales_b2c", "sales_management", "sales_planning",
    "salesforce_development", "sap", "sap_abap", "scaffolding", "secretarial", "securities_licence",
    "security_guard", "semiconductor", "seo", "server_administration", "sheet_metal",
    "shell_script", "siemens_nx", "site_reliability", "sns_marketing", "social_worker",
    "software_testing", "solidworks", "spanish", "sports_instruction", "spring", "sql",
    "sql_server", "staffing_sales", "statistics", "store_management", "supply_chain",
    "surface_treatment", "surveying", "sustainability", "swift", "system_design",
    "system_operation", "tagalog", "tax", "tax_accountant", "teaching_licence", "technical_sales",
    "telecom", "telecom_works", "thai", "three_d_cg", "towing_licence", "trade_operations",
    "training_development", "translation", "transport_management", "travel", "treasury", "tutoring",
    "typescript", "ui_design", "uscpa", "vb_net", "video_editing", "vietnamese", "virtualization",
    "visual_merchandising", "vue", "warehouse_work", "web_analytics", "web_design",
    "web_development", "web_direction", "welding", "windows_server", "word", "wordpress", "writing",
)
# fmt: on

# The kind is part of each line: a code may name a group and a skill.
_CODES: Final[list[Json]] = [
    *(f"occupation:{code}" for code in OCCUPATIONS),
    *(f"skill:{code}" for code in SKILLS),
]
VOCABULARY_HASH: Final = sha256(canonical_json.dumps(_CODES)).hex()

# By version: the hashes whose codes stand in the lists above.
VOCABULARIES: Final = {
    1: "a81d85914a64ea51b452e89992e418afa8aaa33e62fde160ac67f62ecdc07050",
    VOCABULARY_VERSION: VOCABULARY_HASH,
}


def _occupation(code: str) -> str:
    if code not in OCCUPATIONS:
        raise ValueError("not an occupation group of this vocabulary")
    return code


def _skill(code: str) -> str:
    if code not in SKILLS:
        raise ValueError("not a skill of this vocabulary")
    return code


Occupation = Annotated[str, AfterValidator(_occupation)]
Skill = Annotated[str, AfterValidator(_skill)]
